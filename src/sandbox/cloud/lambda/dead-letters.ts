import type { World } from "../world.ts";
import type { ExecutionStatusChange, Executions } from "./executions.ts";
import type { FunctionRegistry } from "./functions.ts";
import type { RunFunction } from "./invocations.ts";
import { createUuid } from "./uuid.ts";

/** Until the queue's reader has a message, and until one that it did not take comes again: the visibility time-out. */
const DELIVERY_MS = 1_000;
const VISIBILITY_MS = 60_000;
/** What a queue's redrive policy would call maxReceiveCount. */
const MOST_RECEIVES = 3;

/**
 * The event that started a durable execution goes to the dead-letter queue when the execution ends badly. In the place of the queue stands the
 * function that reads it: it is invoked with the message as an SQS event source mapping does it, and again while it fails or names the message
 * among its batchItemFailures. Answers how to stop that.
 */
export function deliverDeadLetters({
  world,
  registry,
  executions,
  run,
}: {
  world: World;
  registry: FunctionRegistry;
  executions: Executions;
  run: RunFunction;
}): () => void {
  let stopped = false;

  async function deliver(
    reader: string,
    message: { messageId: string; body: string },
    receives: number,
  ): Promise<void> {
    if (stopped) return;
    const attributes = { ApproximateReceiveCount: String(receives), SentTimestamp: String(world.clock.now()) };
    const { messageId, body } = message;
    const record = { messageId, receiptHandle: messageId, body, attributes, messageAttributes: {} };
    const outcome = await run(registry.resolve(reader), {
      Records: [{ ...record, eventSource: "aws:sqs", awsRegion: world.region }],
    });
    const taken = outcome.ok && !failures(outcome.payload).includes(messageId);
    if (taken || receives === MOST_RECEIVES) return;
    world.timers.after(VISIBILITY_MS, () => void deliver(reader, message, receives + 1));
  }

  const unsubscribe = executions.onStatus(({ status, functionArn, input }: ExecutionStatusChange) => {
    if (!["FAILED", "STOPPED", "TIMED_OUT"].includes(status)) return;
    const reader = registry.resolve(functionArn).definition.deadLettersTo;
    if (reader === undefined) return;
    const message = { messageId: createUuid(world.ids), body: input };
    world.timers.after(DELIVERY_MS, () => void deliver(reader, message, 1));
  });
  return () => {
    stopped = true;
    unsubscribe();
  };
}

type BatchAnswer = { batchItemFailures?: { itemIdentifier?: string }[] } | null | undefined;
const failures = (payload: unknown) =>
  ((payload as BatchAnswer)?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
