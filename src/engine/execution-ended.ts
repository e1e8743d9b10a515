import { z } from "zod";
import type { OperationEvent, Problem } from "../operations/event.ts";
import { isActive } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { OperationState } from "../operations/state.ts";
import type { OperationStore } from "../operations/store.ts";
import { runNamed, type StartRun, takeOver } from "../operations/take-over.ts";
import { type Leftover, notPutBack } from "../procedures/leftovers.ts";
import { endedOpen } from "./ended-open.ts";

/** What the handler reaches the world through. */
export type ExecutionEndedWorld = {
  store: OperationStore;
  start: StartRun;
  /** Takes one structured line of the log. */
  log(line: Record<string, unknown>): void;
  /** Wakes a person. */
  alarm(
    alarm: { operation: string; target: string } & (
      | { event: "operation-held"; problem: Problem }
      | { event: "operation-left-something"; leftovers: Leftover[] }
    ),
  ): void;
};

/** Which of an SQS batch must come again; the rest is done. */
export type BatchAnswer = { batchItemFailures: { itemIdentifier: string }[] };

/** So many runs in a row that end without a word, with nobody deciding in between, end the same way again. */
const MOST_TAKE_OVERS = 5;

const statusChange = z.object({
  source: z.literal("aws.lambda"),
  "detail-type": z.literal("Durable Execution Status Change"),
  detail: z.object({ durableExecutionName: z.string(), status: z.string() }),
});
const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
const start = z.object({ operationId: z.string(), epoch: z.number().int().positive().default(1) });
/** A dead-letter queue gets the event itself, an on-failure destination gets it inside an envelope. */
const deadLetter = z.union([
  start,
  z.object({ requestPayload: start }).transform(({ requestPayload }) => requestPayload),
]);

const endings: Record<string, string> = {
  STOPPED: "its durable execution was stopped",
  FAILED: "its durable execution failed",
  TIMED_OUT: "its durable execution ran into its time-out",
};

type Ended = { operationId: string; epoch: number; why: string };

/**
 * The end of a durable execution that none of our code saw: it was stopped, ran into its time-out, or failed. EventBridge tells of it, and
 * the event that started it comes to the dead-letter queue; either makes another run take over, both make the same one. What is none of ours,
 * over, or held already is left alone with a line in the log; what is over no longer has its target's lock.
 */
export const executionEnded =
  (world: ExecutionEndedWorld) =>
  async (event: unknown): Promise<BatchAnswer | undefined> => {
    const records = batch.safeParse(event);
    if (!records.success) {
      const ended = fromStatusChange(event);
      if (ended) await goOn(world, ended);
      else ignored(world, { why: "it tells of no end of a run of ours", event });
      return undefined;
    }
    const failed = await Promise.all(records.data.Records.map((record) => takeOverFor(world, record)));
    return { batchItemFailures: failed.flat() };
  };

async function takeOverFor(world: ExecutionEndedWorld, record: { messageId: string; body: string }) {
  const ended = fromDeadLetter(record.body);
  if (!ended) {
    ignored(world, { why: "it is no start of a run of ours", messageId: record.messageId });
    return [];
  }
  try {
    await goOn(world, ended);
    return [];
  } catch (error) {
    world.log({ level: "error", message: "take-over failed", ...ended, cause: String(error) });
    return [{ itemIdentifier: record.messageId }];
  }
}

function fromStatusChange(event: unknown): Ended | undefined {
  const { data } = statusChange.safeParse(event);
  const run = data && runNamed(data.detail.durableExecutionName);
  const why = data && endings[data.detail.status];
  return run && why ? { ...run, why } : undefined;
}

function fromDeadLetter(body: string): Ended | undefined {
  const { data } = deadLetter.safeParse(fromJson(body));
  return data && { ...data, why: "the event that started its run came back through the dead-letter queue" };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function goOn(world: ExecutionEndedWorld, ended: Ended): Promise<void> {
  const { operationId: id, epoch: from, why } = ended;
  const state = await world.store.get(id);
  if (!state) return ignored(world, { ...ended, why: "there is no such operation" });
  // A run says that it is over before it lets go of the target, and may end in between.
  if (!isActive(state.status)) await world.store.unlock(state.target, id);
  if (!isActive(state.status) || state.status === "held")
    return ignored(world, { ...ended, why: `the operation is ${state.status}` });
  const events = await world.store.events(id);
  if (endsAgainAndAgain(events, from)) return giveUp(world, { ...ended, state, events });
  const { epoch, isNext } = await takeOver(world, { id, from, why });
  if (!isNext) return ignored(world, { ...ended, why: `the run of epoch ${epoch} goes on already` });
  world.log({ level: "info", message: "taken over", operation: id, epoch, why });
}

/** Counted from the last time that a person had a word in it. What took over from this run already is not stopped by hearing of it twice. */
function endsAgainAndAgain(events: readonly OperationEvent[], from: number): boolean {
  const decided = events.findLast(({ type }) => type === "decided")?.seq ?? 0;
  const taken = events.filter((event) => event.type === "taken-over");
  if (taken.some(({ epoch }) => epoch > from)) return false;
  return taken.filter(({ seq }) => seq > decided).length >= MOST_TAKE_OVERS;
}

type GivenUp = Ended & { state: OperationState; events: readonly OperationEvent[] };

/** The epoch is raised all the same, so that whatever is left of the last run can do nothing any more. */
async function giveUp(world: ExecutionEndedWorld, { operationId, epoch, why, state, events }: GivenUp) {
  const { store, alarm } = world;
  const raised = await store.raiseEpoch(operationId, epoch);
  if (raised !== epoch + 1)
    return ignored(world, { operationId, epoch, why: `the run of epoch ${raised} goes on already` });
  const of = { operation: operationId, target: state.target };
  const message = `${MOST_TAKE_OVERS} runs in a row took over and ended without a word; of the last one, ${why}`;
  const error = new OperationError(message, { code: "runs-end-without-a-word" });
  const { code } = error;
  const status = endedOpen(state, events);
  if (status === undefined) {
    const hint =
      "The runbook function's log says how they ended. Once the cause is gone, decide: that starts another run";
    const problem: Problem = { code, message, hint };
    await store.append(operationId, [{ type: "held", key: `held/without-a-word/${epoch}`, problem }]);
    return alarm({ event: "operation-held", ...of, problem });
  }
  const { goingBack } = state;
  const leftovers = notPutBack(await store.journalEntries(operationId), { error, goingBack: goingBack !== undefined });
  const problem = status === "rolled-back" ? { code, message: goingBack?.why ?? message } : undefined;
  await store.append(operationId, [
    ...leftovers.map((each, index) => ({ type: "leftover" as const, key: `leftover/${epoch}/${index + 1}`, ...each })),
    { type: "finished", key: "finished", status, problem },
  ]);
  await store.unlock(state.target, operationId);
  alarm({ event: "operation-left-something", ...of, leftovers });
}

const ignored = ({ log }: ExecutionEndedWorld, details: Record<string, unknown>): void =>
  log({ level: "info", message: "ignored", ...details });
