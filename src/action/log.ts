import type { Clock } from "../clock.ts";
import type { OperationEvent, Waiting } from "../operations/event.ts";
import { eventLine } from "../operations/event-line.ts";
import type { CheckResult, Phase } from "../operations/operation.ts";
import { phaseTitles } from "../operations/phase-titles.ts";
import { asksPeople } from "../operations/questions.ts";
import type { OperationState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";
import type { ActionsCore } from "./deps.ts";
import { oneLine, stopwatch } from "./plain-text.ts";
import type { Trouble } from "./retry.ts";

/** The live log: a group a phase, a line a transition, each with the time since the operation was requested. */
export type Log = {
  /** Before the events of an operation, whose first may not be among them. `endsAt` are questions at which the step ends, which says so itself. */
  begin: (operation: OperationState, endsAt: (question: string) => boolean) => void;
  event: (event: OperationEvent) => void;
  trouble: (trouble: Trouble) => void;
  /** The API answered: says so if it was away, and that the operation still goes on if nothing was heard for a while. */
  alive: () => void;
  /** Closes what is open. */
  end: () => void;
};

type LogCore = Pick<ActionsCore, "info" | "startGroup" | "endGroup" | "notice" | "warning">;

const SILENCE_MS = 60_000;
/** A wait may take hours: a line a minute is only for the end of it. */
const LONG_SILENCE_MS = 5 * 60_000;
const silenceWhile = (leftMs: number) => (leftMs > 2 * LONG_SILENCE_MS ? LONG_SILENCE_MS : SILENCE_MS);

/** As the runbook says it when half of the time is over, and once more when little is left. */
const REMINDER = /^waits for a decision/;

function waitingAfter(event: OperationEvent, before: Waiting | undefined): Waiting | undefined {
  switch (event.type) {
    case "waiting":
      return event;
    case "waited":
    case "decided":
    case "taken-over":
    case "held":
    case "finished":
      return undefined;
    default:
      return before;
  }
}

function timeLeft({ for: question, otherwise }: Waiting, leftMs: number | undefined): string {
  const what =
    question === "start" ? "waits for its time" : question === "turn" ? "waits for its turn" : "waits for a decision";
  if (leftMs === undefined) return what;
  if (leftMs <= 0) return `${what}: the time is up`;
  return `${what}: ${inWords(leftMs)} left${otherwise ? `, then: ${otherwise}` : ""}`;
}

export function createLog({ core, clock }: { core: LogCore; clock: Clock }): Log {
  let requestedAt: number | undefined;
  let group: { phase: Phase; startedAt: number } | undefined;
  let last = { serverTime: 0, heardAt: clock.now(), saidAt: clock.now() };
  let awaySince: number | undefined;
  const warned: CheckResult[] = [];
  let waiting: Waiting | undefined;
  let takenOver = false;
  /** Whether people are to hear of a question beside the log: it is asked now, and the step stays. */
  let isNews: (event: OperationEvent & Waiting) => boolean = () => true;

  const elapsed = (at: number) => stopwatch(at - (requestedAt ?? at)).padStart(7);
  const say = (at: number, line: string) => {
    core.info(`${elapsed(at)}  ${oneLine(line)}`);
    last.saidAt = clock.now();
  };
  const closeGroup = () => {
    if (group) core.endGroup();
    group = undefined;
  };

  return {
    begin(operation, endsAt) {
      const { version, waitingFor: now } = operation;
      isNews = ({ seq, for: question, until }) =>
        !endsAt(question) && (seq > version || (now?.for === question && now.until === until));
      requestedAt = Date.parse(operation.requestedAt);
      last = { ...last, serverTime: Date.parse(operation.updatedAt), heardAt: clock.now() };
    },
    event(event) {
      const at = Date.parse(event.at);
      requestedAt ??= at;
      last = { ...last, serverTime: at, heardAt: clock.now() };
      if (event.type === "phase-started") {
        closeGroup();
        group = { phase: event.phase, startedAt: at };
        last.saidAt = clock.now();
        core.startGroup(
          `${elapsed(at)}  ${oneLine(event.phase)}: ${phaseTitles[event.phase] ?? "a phase new to this version"}`,
        );
        return;
      }
      if (event.type === "phase-finished") {
        const took = group?.phase === event.phase ? inWords(at - group.startedAt) : undefined;
        closeGroup();
        const verdict = event.outcome === "done" ? "✓" : "✗";
        say(at, `${verdict} ${event.phase} ${event.outcome}${took ? ` after ${took}` : ""}`);
        if (event.phase === "preflight") warnOf(warned.splice(0), core);
        return;
      }
      if (event.type === "check" && event.check.outcome === "warned") warned.push(event.check);
      // They are about the whole operation, and a run that ended without a word left its phase open.
      if (event.type === "held" || event.type === "taken-over" || event.type === "finished") closeGroup();
      takenOver = event.type === "taken-over" || (takenOver && event.type === "decided");
      const line = eventLine(event);
      if (line) say(at, line);
      if (waiting && event.type === "progress" && REMINDER.test(event.message))
        core.warning(oneLine(event.message), { title: "Intermission still waits for a decision" });
      waiting = waitingAfter(event, waiting);
      if (event.type === "waiting" && asksPeople(event.for) && isNews(event))
        core.notice(oneLine(line ?? ""), { title: "Intermission waits for a decision" });
      if (event.type === "leftover")
        core.warning(oneLine(`${event.what}. ${event.fix}`), { title: "Intermission left something behind" });
    },
    trouble({ error, attempt, pauseMs }) {
      if (awaySince === undefined) awaySince = clock.now();
      core.info(`         API: ${oneLine(error.message)} (attempt ${attempt}); asking again in ${inWords(pauseMs)}`);
      last.saidAt = clock.now();
    },
    alive() {
      const now = clock.now();
      if (awaySince !== undefined) {
        core.info(`         API: answers again after ${inWords(now - awaySince)}`);
        awaySince = undefined;
        last.saidAt = now;
      }
      const at = last.serverTime + now - last.heardAt;
      const leftMs = waiting?.until === undefined ? undefined : Date.parse(waiting.until) - at;
      if (now - last.saidAt < (leftMs === undefined ? SILENCE_MS : silenceWhile(leftMs))) return;
      if (waiting) say(at, timeLeft(waiting, leftMs));
      else if (group) say(at, `${group.phase} goes on: ${inWords(at - group.startedAt)} so far`);
      else if (takenOver) say(at, "waits until the run before can do nothing any more: two minutes at most");
    },
    end: closeGroup,
  };
}

/** GitHub shows ten annotations of a kind in a step: all warnings of the preflight are one. */
function warnOf(checks: readonly CheckResult[], core: LogCore): void {
  if (checks.length === 0) return;
  const lines = checks.map((check) =>
    oneLine(`${check.name}: expected ${check.expected}, found ${check.found}.${check.fix ? ` ${check.fix}` : ""}`),
  );
  core.warning(lines.join("\n"), {
    title: `Intermission: ${checks.length} preflight ${checks.length === 1 ? "warning" : "warnings"}`,
  });
}
