import { z } from "zod";
import type { Answered } from "./answered.ts";
import { ApiRefusal } from "./errors.ts";

const list = z.array(z.looseObject({}));
/** As much of an operation as this step speaks of in any case. */
const operationSchema = z.looseObject({
  id: z.string(),
  target: z.string(),
  request: z.looseObject({ procedure: z.string() }),
  requestedBy: z.looseObject({ name: z.string() }),
  status: z.string(),
  version: z.number(),
  phases: list,
  checks: list,
  window: z.looseObject({}),
  decisions: list,
});

/** The answer as an operation. Throws an ApiRefusal where it is none: something else answers at the API's address. */
export function operationIn(answer: unknown, path: string): Answered {
  const { error } = operationSchema.safeParse(answer);
  if (!error) return answer as Answered;
  const missing = error.issues.map((issue) => issue.path.join(".") || "everything");
  throw new ApiRefusal(path, {
    status: 200,
    problem: {
      title: `expected an operation, found JSON without its ${missing.join(", ")}`,
      detail: "api-url does not seem to be that of an Intermission API",
    },
  });
}
