import type { Question } from "../operations/event.ts";
import { phaseTitles } from "../operations/phase-titles.ts";
import type { OperationState, PhaseState, WaitState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";

/** A stretch of time, or a moment where it begins and ends at once and is a milestone. Names may hold text of others. */
export type Bar = {
  name: string;
  fromMs: number;
  toMs: number;
  look: "done" | "under-way" | "failed" | "closed" | "wait" | "held" | "milestone" | "bad-milestone";
};

/** What a timeline shows, in the order in which it began. Times are those of the clock, in milliseconds since 1970. */
export type TimelineBars = { beginMs: number; endMs: number; site: Bar[]; runbook: Bar[] };

/** `now` is how far bars reach that have no end yet, where the operation goes on by itself. */
export function timelineBars(operation: OperationState, now = 0): TimelineBars {
  const updatedMs = Date.parse(operation.updatedAt);
  const beginMs = beginOf(operation);
  const endMs = Math.max(beginMs, operation.finishedAt === undefined ? Math.max(updatedMs, now) : updatedMs);
  const inside = (bars: Bar[]) =>
    bars
      .filter((bar) => bar.toMs > beginMs || bar.fromMs >= beginMs)
      .map((bar) => ({ ...bar, fromMs: Math.max(bar.fromMs, beginMs) }));
  const runbook = [...phases(operation, endMs), ...waits(operation, endMs), ...milestones(operation)];
  return {
    beginMs,
    endMs,
    site: inside(site(operation, { beginMs, endMs })),
    runbook: inside(runbook).toSorted((a, b) => a.fromMs - b.fromMs),
  };
}

/** An operation may be accepted hours before it begins: what was looked at then is no part of its night. */
function beginOf({ requestedAt, request, phases }: OperationState): number {
  const requestedMs = Date.parse(requestedAt);
  const notBeforeMs = request.notBefore === undefined ? requestedMs : Date.parse(request.notBefore);
  return phases.some(({ startedAt }) => Date.parse(startedAt) >= notBeforeMs)
    ? Math.max(requestedMs, notBeforeMs)
    : requestedMs;
}

/** An API older than this action does not say when the site was what, nor who was waited for. */
type Older = Omit<OperationState, "sites" | "waits" | "takeovers"> & Partial<OperationState>;

function site({ sites = [] }: Partial<OperationState>, { beginMs, endMs }: { beginMs: number; endMs: number }): Bar[] {
  const all = [
    { site: "open" as const, fromMs: beginMs },
    ...sites.map((each) => ({ ...each, fromMs: Date.parse(each.from) })),
  ];
  return all.map((each, index) => {
    const toMs = all[index + 1]?.fromMs ?? endMs;
    const isLast = index === all.length - 1;
    const look = each.site === "open" ? "done" : each.site === "closed" ? "closed" : "under-way";
    const took = `${inWords(Math.max(0, toMs - each.fromMs))}${isLast ? " so far" : ""}`;
    return { name: each.site === "open" ? "open" : `${each.site} ${took}`, fromMs: each.fromMs, toMs, look };
  });
}

/** A run that dies finishes no phase: it lasted until it was held or another run took over, or until the next one at the latest. */
export function phaseEndMs(
  { phases, takeovers = [], waits = [] }: Pick<OperationState, "phases"> & Partial<OperationState>,
  index: number,
): number | undefined {
  const phase = phases[index];
  if (phase?.finishedAt !== undefined) return Date.parse(phase.finishedAt);
  const startedAt = phase?.startedAt ?? "";
  const stopped = [
    ...waits.filter((wait) => wait.for === "held").map(({ from }) => from),
    ...takeovers.map(({ at }) => at),
  ];
  const ends = [...stopped.filter((at) => at >= startedAt), phases[index + 1]?.startedAt].flatMap((at) =>
    at === undefined ? [] : [Date.parse(at)],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function phases(operation: OperationState, endMs: number): Bar[] {
  const stopped = operation.finishedAt !== undefined || operation.status === "held";
  return operation.phases.map((phase, index) => {
    const known = phaseEndMs(operation, index);
    const fromMs = Date.parse(phase.startedAt);
    const toMs = known ?? endMs;
    return {
      ...outcomeOf(phase, { took: inWords(Math.max(0, toMs - fromMs)), stopped: stopped || known !== undefined }),
      fromMs,
      toMs,
    };
  });
}

function outcomeOf(
  { phase: name, outcome }: PhaseState,
  { took, stopped }: { took: string; stopped: boolean },
): Pick<Bar, "name" | "look"> {
  // The name of a phase that is new to this version may be a word of Mermaid's.
  const phase = name in phaseTitles ? name : `phase ${name}`;
  if (outcome === "done") return { name: `${phase} ${took}`, look: "done" };
  if (outcome === "failed") return { name: `${phase} failed after ${took}`, look: "failed" };
  return stopped
    ? { name: `${phase} did not end, ${took}`, look: "failed" }
    : { name: `${phase} goes on, ${took} so far`, look: "under-way" };
}

const waitsFor: Record<Question | "held", string> = {
  held: "held for a person to decide",
  start: "waits for its time",
  turn: "waits for its turn",
  "before-window": "waits for people before the site closes",
  "before-scale-out": "waits for people before the other nodes start",
  "before-open": "waits for people before the site opens",
  maintenance: "waits for the people who work",
};

function waits({ waits = [] }: Partial<OperationState>, endMs: number): Bar[] {
  return waits.map((wait) => {
    const fromMs = Date.parse(wait.from);
    const toMs = wait.to === undefined ? endMs : Date.parse(wait.to);
    // An API newer than this action may ask what is not known here.
    const what = (waitsFor as Partial<Record<string, string>>)[wait.for] ?? "waits for people";
    const took = toMs > fromMs ? `, ${inWords(toMs - fromMs)}${wait.to === undefined ? " so far" : ""}` : "";
    return { name: `${what}${took}${answerOf(wait)}`, fromMs, toMs, look: wait.for === "held" ? "held" : "wait" };
  });
}

const answerOf = ({ decision, by }: WaitState): string => (decision ? `, ${decision}${by ? ` by ${by}` : ""}` : "");

function milestones({ waits = [], takeovers = [], ...operation }: Older): Bar[] {
  const { request, pointOfNoReturnAt, snapshotAt, goingBack, decision } = operation;
  const answers = waits.some(({ to }) => to === decision?.at);
  return [
    ...moment("snapshot begins", snapshotAt),
    ...moment("point of no return", pointOfNoReturnAt),
    ...(decision && !answers ? moment(`decision ${decision.decision} by ${decision.by.name}`, decision.at) : []),
    ...takeovers.flatMap(({ at }) => moment("another run takes over", at)),
    ...moment("going back", goingBack?.at, request.procedure === "rollback" ? "milestone" : "bad-milestone"),
  ];
}

function moment(name: string, at: string | undefined, look: Bar["look"] = "milestone"): Bar[] {
  if (at === undefined) return [];
  const atMs = Date.parse(at);
  return [{ name, fromMs: atMs, toMs: atMs, look }];
}
