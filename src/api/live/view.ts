import type { OperationEvent } from "../../operations/event.ts";
import type { CheckResult } from "../../operations/operation.ts";
import { isActive } from "../../operations/operation.ts";
import { takesSnapshot } from "../../operations/request-words.ts";
import type { OperationState } from "../../operations/state.ts";
import type { Way } from "../../operations/ways-on.ts";
import { asksView } from "./asks-view.ts";
import { headlineOf } from "./headline.ts";
import type { Look } from "./look.ts";
import { messagesView } from "./messages-view.ts";
import { nodesView } from "./nodes-view.ts";
import { notesView } from "./notes-view.ts";
import { phasesView } from "./phases-view.ts";
import { plainNames, shortWordsFor } from "./plain-names.ts";
import type { LiveView } from "./view-schema.ts";
import { windowView } from "./window-view.ts";

export type LiveInput = {
  state: OperationState;
  events: readonly OperationEvent[];
  ways: readonly Way[];
  /** Where users reach the application. */
  url: string;
  look?: Look;
  nowMs: number;
  linkEndsAtMs: number;
};

/** What the live page shows: pure, and narrow. Whatever is not named here is not for those who have no more than the link. */
export function liveView({ state, events, ways, url, look, nowMs, linkEndsAtMs }: LiveInput): LiveView {
  const { request, problem } = state;
  const cloud = look && "cloud" in look ? look.cloud : undefined;
  const phase = isActive(state.status) ? state.phases.findLast(({ finishedAt }) => !finishedAt)?.phase : undefined;
  const asks = asksView(state, ways);
  return {
    id: state.id,
    target: state.target,
    url,
    procedure: request.procedure,
    what: shortWordsFor(request),
    requestedBy: plainNames(state.requestedBy.name),
    requestedAt: state.requestedAt,
    ...(request.comment && { comment: request.comment }),
    status: state.status,
    site: state.site,
    version: state.version,
    now: iso(nowMs),
    updatedAt: state.updatedAt,
    active: isActive(state.status),
    ...(phase && { phase }),
    title: [state.site, phase && state.status === "running" ? phase : state.status, state.target].join(" · "),
    ...headlineOf(state),
    ...(state.progress && state.status === "running" && { progress: plainNames(state.progress) }),
    window: windowView(state, nowMs),
    phases: phasesView(state),
    nodes: nodesView(state, cloud),
    ...(cloud && !cloud.unread.includes("listeners") && { listeners: cloud.listeners }),
    ...(cloud?.database && { database: cloud.database }),
    ...snapshotOf(state),
    ...(look && {
      cloud: { at: look.at, ...("problem" in look && { problem: look.problem }), unread: cloud?.unread ?? [] },
    }),
    messages: messagesView(events),
    checks: inOrder(state.checks).map(plainCheck),
    ...(asks && { asks }),
    ...(problem && {
      problem: { message: plainNames(problem.message), ...(problem.hint && { hint: plainNames(problem.hint) }) },
    }),
    notes: notesView(state),
    linkEndsAt: iso(linkEndsAtMs),
  };
}

function snapshotOf(state: OperationState): Pick<LiveView, "snapshot"> {
  if (state.snapshot) return { snapshot: { name: state.snapshot, state: "available" } };
  const backUp = state.phases.findLast(({ phase }) => phase === "back-up");
  if (backUp && !backUp.finishedAt)
    return { snapshot: { state: state.progress?.replace(/^snapshot: /, "") ?? "requested" } };
  return !takesSnapshot(state.request) && state.request.procedure !== "rollback"
    ? { snapshot: { state: "none was asked for" } }
    : {};
}

const ORDER: CheckResult["outcome"][] = ["failed", "warned", "passed"];
const inOrder = (checks: readonly CheckResult[]): CheckResult[] =>
  checks.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
const plainCheck = ({ name, outcome, looked, expected, found, fix }: CheckResult): CheckResult => ({
  ...{ name, outcome, looked: plainNames(looked), expected: plainNames(expected), found: plainNames(found) },
  ...(fix && { fix: plainNames(fix) }),
});

const iso = (ms: number): string => new Date(ms).toISOString();
