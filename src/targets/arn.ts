import { z } from "zod";

/** An ARN of one service, with what the rest of it must look like. `what` completes "expected the ARN of …". */
export const arnSchema = (service: string, resource: RegExp, what: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource.source}$`), {
    error: `expected the ARN of ${what}`,
  });
