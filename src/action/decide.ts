import { waitingLine } from "../operations/event-line.ts";
import { announce } from "./announce.ts";
import { type Answered, isOver, questionOf } from "./answered.ts";
import type { Decided as Request } from "./client.ts";
import { AnswerUncertain } from "./errors.ts";
import { follows, type Job, PATIENCE_MS, patience } from "./job.ts";
import type { Outcome } from "./outcome.ts";
import { oneLine } from "./plain-text.ts";
import { type Decided, over, stay } from "./stay.ts";
import { activeMaintenance, refuseToEnd } from "./which-maintenance.ts";
import { type Wish, wishOf } from "./wish.ts";
import { work as inWords, sentence } from "./words.ts";
import type { Work } from "./work.ts";

type Deciding = Extract<Work, { do: "decide" }>;
type Restoring = Extract<Work, { do: "restore" }>;

/** Answers what the operation asks, or what a person may decide about it, and stays with it. */
export async function decideAndStay(work: Deciding, job: Job): Promise<Outcome> {
  const id = work.operationId ?? (await activeMaintenance(job)).id;
  const found = await lookAt(id, job);
  const question = questionOf(found);
  if (work.ends) refuseToEnd(found, { question, decision: work.decision });
  const wish = wishOf(work, found);
  if (work.decision === "rollback" && found.goingBack && !isOver(found)) {
    job.deps.core.info(oneLine(`Nothing is left to decide: ${inWords(found)}, operation ${id}, goes back already`));
    follows(found, job);
    return rest(found, job, { after: found.version, wish, what: work.decision });
  }
  const now = found.waitingFor && question ? waitingLine(found.waitingFor) : `is ${found.status}`;
  job.deps.core.info(oneLine(`Decides ${work.decision}: ${inWords(found)}, operation ${id}, ${now}`));
  return send(found, job, {
    ...{ what: work.decision, wish },
    ask: (actedOn) => {
      const body = { decision: work.decision, ...work.confirms };
      return job.client.decide(id, { body, actedOn }, patience(job, PATIENCE_MS));
    },
  });
}

/** Breaks the glass, and stays with the operation. */
export async function takeOverAndStay(work: Restoring, job: Job): Promise<Outcome> {
  const found = await lookAt(work.operationId, job);
  job.deps.core.info(oneLine(`Takes over: ${inWords(found)}, operation ${found.id}, is ${found.status}`));
  return send(found, job, {
    ...{ what: "restore", wish: wishOf(work, found) },
    ask: (actedOn) => {
      const body = { ...work.confirms };
      return job.client.restore(found.id, { body, actedOn }, patience(job, PATIENCE_MS));
    },
  });
}

type Sending = {
  what: Extract<Outcome, { kind: "not-taken-up" }>["what"];
  wish: Wish;
  ask: (actedOn: Request["actedOn"]) => Promise<Answered>;
};

async function send(found: Answered, job: Job, { what, wish, ask }: Sending): Promise<Outcome> {
  const { deps } = job;
  if (isOver(found) && found.status !== "held") {
    deps.core.info("The operation is over already: nothing is left to decide");
    return over(found, job, wish);
  }
  let operation: Answered;
  try {
    operation = await ask(() => actedOn(found, job));
  } catch (error) {
    if (!(error instanceof AnswerUncertain)) throw error;
    return { kind: "not-taken-up", operation: found, what, why: sentence(error.message), recorded: false };
  }
  follows(operation, job);
  return rest(operation, job, { after: found.version, wish, what });
}

const rest = async (operation: Answered, job: Job, decided: Decided): Promise<Outcome> =>
  job.inputs.until === "accepted" ? { kind: "left", operation } : stay(operation, job, decided);

async function lookAt(id: string, job: Job): Promise<Answered> {
  const { inputs, deps, client, seen } = job;
  const found = await client.operation(id, patience(job, PATIENCE_MS));
  if (found.target !== inputs.target)
    throw new Error(`operation ${found.id} works on ${found.target}, expected one of ${inputs.target}`);
  deps.core.saveState("operationId", found.id);
  announce(found, { inputs, deps });
  seen.operation = found;
  return found;
}

/**
 * A question that came after the one that was answered must not be answered by a repetition: the answer was given before anybody knew it.
 * What is repeated while the same question stands is recorded once.
 */
async function actedOn(found: Answered, job: Job): Promise<Answered | undefined> {
  const events = await job.client.events(found.id, found.version, patience(job, 0));
  if (!events.some(({ type }) => type === "waiting" || type === "held" || type === "finished")) return undefined;
  return job.client.operation(found.id, patience(job, 0));
}
