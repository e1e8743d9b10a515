import { z } from "zod";
import type { Stack } from "./stack.ts";

const permissionProperties = z.object({
  Action: z.literal("lambda:InvokeFunction"),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

type Invocation = {
  functionArn: string;
  /** The service that invokes. */
  principal: string;
  /** A part of the ARN of what it invokes for. */
  source: string;
};

/** Throws unless the function's own policy lets the service invoke it for that source: AWS would refuse, at the first event and in silence. */
export function requirePermission(stack: Stack, { functionArn, principal, source }: Invocation): void {
  const granted = stack
    .all("AWS::Lambda::Permission")
    .map(({ properties }) => permissionProperties.parse(properties))
    .some(
      ({ FunctionName, Principal, SourceArn }) =>
        FunctionName === functionArn && Principal === principal && SourceArn?.includes(source),
    );
  if (!granted)
    throw new Error(`${principal} would invoke ${functionArn} for ${source}, and no AWS::Lambda::Permission allows it`);
}
