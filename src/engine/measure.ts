import type { ActiveOperation } from "../operations/dynamo-active.ts";
import { waitingLine } from "../operations/event-line.ts";
import { asksPeople } from "../operations/questions.ts";
import { silentSince } from "../operations/silence.ts";
import type { OperationState } from "../operations/state.ts";

/** What is measured, of a target or of all. Numbers of operations are sums over all targets, seconds are the largest. */
export const metricUnits = {
  HeldOperations: "Count",
  ActiveOperations: "Count",
  WaitingSeconds: "Seconds",
  PageUpSeconds: "Seconds",
  WindowOverdue: "Count",
  WaitOverdue: "Count",
  FailedRestores: "Count",
  SilentOperations: "Count",
} as const;
export type Metrics = Record<keyof typeof metricUnits, number>;
export type Limits = { longestWindowMs: number; longestWaitMs: number };

/** What somebody should look at. `live` is how things are, in words. */
export type Trouble = {
  trouble: "held" | "window-overdue" | "wait-overdue" | "failed-restore" | "silent";
  operation: string;
  target: string;
  since: string;
  live: string;
};
export type Measured = { metrics: Metrics; troubles: Trouble[] };

/** What there is to know of a target now, from the operation that is active on it, if any. */
export function measure(
  active: ActiveOperation | undefined,
  { nowMs, ...limits }: Limits & { nowMs: number },
): Measured {
  const { state } = active ?? {};
  const held = state?.status === "held" ? sinceOf(state, "held") : undefined;
  const asked = state && askedSince(state);
  const pageUp = state && pageUpSince(state);
  const secondsSince = (since: string | undefined) =>
    since === undefined ? 0 : Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1_000));
  const isOver = (since: string | undefined, limitMs: number) =>
    since !== undefined && nowMs > Date.parse(since) + limitMs ? since : undefined;

  const mustOpenBy = state?.request.mustOpenBy;
  const overdue = mustOpenBy ? isOver(mustOpenBy, 0) && pageUp : isOver(pageUp, limits.longestWindowMs);
  const troubles: [Trouble["trouble"], string | undefined][] = [
    ["held", held],
    ["window-overdue", overdue],
    ["wait-overdue", isOver(asked, limits.longestWaitMs)],
    ["failed-restore", held && state && failedRestoreSince(state)],
    ["silent", active && silentSince(active, nowMs)],
  ];
  const found = troubles.flatMap(([trouble, since]) =>
    active && since !== undefined
      ? [{ trouble, operation: active.id, target: active.target, since, live: liveInWords(state) }]
      : [],
  );
  const count = (trouble: Trouble["trouble"]) => found.filter((each) => each.trouble === trouble).length;
  return {
    metrics: {
      HeldOperations: count("held"),
      ActiveOperations: active ? 1 : 0,
      WaitingSeconds: secondsSince(asked),
      PageUpSeconds: secondsSince(pageUp),
      WindowOverdue: count("window-overdue"),
      WaitOverdue: count("wait-overdue"),
      FailedRestores: count("failed-restore"),
      SilentOperations: count("silent"),
    },
    troubles: found,
  };
}

/** The same of all targets together. */
export function inAll(each: readonly Metrics[]): Metrics {
  const names = Object.keys(metricUnits) as (keyof Metrics)[];
  const values = (name: keyof Metrics) => each.map((metrics) => metrics[name]);
  const inOne = (name: keyof Metrics) =>
    metricUnits[name] === "Seconds"
      ? Math.max(0, ...values(name))
      : values(name).reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(names.map((name) => [name, inOne(name)])) as Metrics;
}

const sinceOf = ({ waits, updatedAt }: OperationState, what: string): string =>
  waits.findLast((wait) => wait.for === what && wait.to === undefined)?.from ?? updatedAt;

/** Nobody is asked while it waits for its start or its turn. */
const askedSince = (state: OperationState): string | undefined =>
  state.status === "waiting" && state.waitingFor && asksPeople(state.waitingFor.for)
    ? sinceOf(state, state.waitingFor.for)
    : undefined;

/** The first of the moments since the site was last open. A maintenance with open traffic has none. */
function pageUpSince({ site, sites }: OperationState): string | undefined {
  if (site === "open") return undefined;
  return sites[sites.findLastIndex((each) => each.site === "open") + 1]?.from;
}

/** A restore that did not come to its end, and no later one that did. */
function failedRestoreSince({ phases }: OperationState): string | undefined {
  const last = phases.findLast(({ phase }) => phase === "restore");
  return last && last.outcome !== "done" ? (last.finishedAt ?? last.startedAt) : undefined;
}

function liveInWords(state: OperationState | undefined): string {
  if (!state) return "its target is locked, and the operation was never written down";
  const { status, site, phases, waitingFor, problem } = state;
  const phase = phases.at(-1);
  const where = phase ? `, ${phase.phase} ${phase.outcome ?? "under way"}` : "";
  const why = status === "waiting" && waitingFor ? `: ${waitingLine(waitingFor)}` : "";
  const failure = status === "held" && problem ? `: ${problem.message}` : "";
  return `${status}${where}, the site is ${site}${why}${failure}`;
}
