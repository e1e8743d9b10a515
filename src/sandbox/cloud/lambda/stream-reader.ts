import type { CreateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import { matchesPattern } from "../eventbridge/event-pattern.ts";
import type { StreamRecord, StreamSource } from "../seams.ts";
import type { World } from "../world.ts";
import type { ResolvedFunction } from "./functions.ts";
import type { RunFunction } from "./invocations.ts";

/** Lambda looks at a shard four times a second. */
const POLL_MS = 250;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

type Reading = Pick<
  CreateEventSourceMappingRequest,
  "BatchSize" | "BisectBatchOnFunctionError" | "FunctionResponseTypes" | "MaximumRetryAttempts" | "StartingPosition"
> & { EventSourceArn: string; filters: object[]; resolved: ResolvedFunction };

/**
 * Invokes a function with a stream's records, in order, a batch at a time. A batch that fails comes again, by halves where that is asked for; of one
 * whose function names records that failed, what follows from the first of them. Where its retries are used up it is thrown away. Answers how to stop,
 * or undefined where there is no such stream.
 */
export function readStream(
  { world, streams, run }: { world: World; streams: StreamSource; run: RunFunction },
  { EventSourceArn, filters, resolved, StartingPosition, ...options }: Reading,
): (() => void) | undefined {
  const {
    BatchSize: most = 100,
    BisectBatchOnFunctionError: bisects = false,
    MaximumRetryAttempts: retries = -1,
  } = options;
  const partial = options.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false;
  const pending: StreamRecord[] = [];
  let size = most;
  let attempts = 0;
  let due: (() => void) | undefined;

  const next = (afterMs: number) => {
    due ??= world.timers.after(afterMs, () => void deliver());
  };

  async function deliver(): Promise<void> {
    const batch = pending.slice(0, size);
    const outcome = await run(resolved, { Records: batch });
    const failedAt = outcome.ok ? (partial ? firstFailure(batch, outcome.payload) : batch.length) : 0;
    const done = failedAt === batch.length;
    pending.splice(0, failedAt);
    attempts = done || failedAt > 0 ? 0 : attempts + 1;
    size = done ? most : bisects && !outcome.ok ? Math.max(1, Math.ceil(size / 2)) : size;
    if (retries >= 0 && attempts > retries) {
      pending.splice(0, batch.length);
      attempts = 0;
    }
    due = undefined;
    if (pending.length > 0) next(done ? POLL_MS : Math.min(RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS));
  }

  const stop = streams.follow(EventSourceArn, {
    fromStart: StartingPosition === "TRIM_HORIZON",
    read(record) {
      if (filters.length > 0 && !filters.some((pattern) => matchesPattern(pattern as never, record))) return;
      pending.push(record);
      next(POLL_MS);
    },
  });
  return (
    stop &&
    (() => {
      stop();
      due?.();
      pending.length = 0;
    })
  );
}

/** Where the batch must come again from: its length where nothing failed, and 0 for a name that none of its records has. */
function firstFailure(batch: StreamRecord[], payload: unknown): number {
  const { batchItemFailures: failures = [] } = (payload ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] };
  const indexes = failures.map(({ itemIdentifier }) =>
    Math.max(
      0,
      batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    ),
  );
  return Math.min(batch.length, ...indexes);
}
