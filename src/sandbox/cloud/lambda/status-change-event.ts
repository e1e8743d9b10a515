import type { ServiceEvent } from "../eventbridge/eventbridge.ts";
import type { ExecutionStatusChange } from "./executions.ts";

/** What Lambda tells EventBridge of a durable execution. Its input is not in it. */
export function statusChangeEvent({
  input: _input,
  startTimestamp,
  endTimestamp,
  ...change
}: ExecutionStatusChange): ServiceEvent {
  return {
    source: "aws.lambda",
    detailType: "Durable Execution Status Change",
    resources: [change.functionArn],
    detail: {
      ...change,
      startTimestamp: startTimestamp.toISOString(),
      ...(endTimestamp && { endTimestamp: endTimestamp.toISOString() }),
    },
  };
}
