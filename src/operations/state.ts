import type { Missed, OperationEvent, Problem, Question, Restored, Waiting } from "./event.ts";
import type { Forecast } from "./forecast.ts";
import type {
  CheckResult,
  DataAcknowledged,
  Decision,
  Discard,
  Identity,
  Mutation,
  Node,
  OperationRequest,
  OperationStatus,
  Phase,
  Site,
} from "./operation.ts";

/** A time of waiting: for people, also where it is held, or for its `start`. `decision` is how people ended it; without one the time was up. */
export type WaitState = { for: Question | "held"; from: string; to?: string; decision?: Decision; by?: string };
export type PhaseState = { phase: Phase; startedAt: string; finishedAt?: string; outcome?: "done" | "failed" };

/** What is known of an operation: the fold of its events. Everything the API answers and the receipt says comes from here. */
export type OperationState = {
  id: string;
  target: string;
  request: OperationRequest;
  requestedBy: Identity;
  requestedAt: string;
  status: OperationStatus;
  site: Site;
  /** The sequence number of the last event. */
  version: number;
  updatedAt: string;
  executionArn?: string;
  phases: PhaseState[];
  checks: CheckResult[];
  forecast?: Forecast;
  mutations: Mutation[];
  /** The last thing said about the work under way. */
  progress?: string;
  /** From when on the site was what. It was open before the first of these. */
  sites: { site: Site; from: string }[];
  waits: WaitState[];
  /** Other runs that went on with the operation. */
  takeovers: { at: string; epoch: number; why: string }[];
  window: { closingAt?: string; closedAt?: string; openingAt?: string; openedAt?: string };
  pointOfNoReturnAt?: string;
  /** Since when the data may be other than the snapshot's: since the point of no return, or since it was restored. */
  dataSince?: string;
  /** Since when visitors may have written past a page that was gone. Which of them came when nobody saw, so it is since the data is this one. */
  passedSince?: string;
  snapshot?: string;
  /** When the snapshot was requested: later writes are not in it. */
  snapshotAt?: string;
  leaderTaskArn?: string;
  verifiedVersion?: string;
  nodes: { before: Node[]; after: Node[] };
  waitingFor?: Waiting;
  decision?: {
    decision: Decision;
    by: Identity;
    at: string;
    comment?: string;
    discards?: Discard;
    data?: DataAcknowledged;
  };
  /** Set from when it only goes back. `snapshot` is what the data goes back to, where other data is put in its place. */
  goingBack?: { at: string; why: string; snapshot?: string };
  restored?: Restored;
  /** Acknowledged writes that were thrown away knowingly. */
  discarded: { from: string; to: string }[];
  missed: Missed[];
  leftovers: { what: string; fix: string }[];
  problem?: Problem;
  finishedAt?: string;
};

/**
 * The rules below by a number. States are kept beside the log, so whatever changes what the same events make of an operation needs another
 * number here: what was kept by other rules is not read then.
 */
export const FOLD = 2;

/** The state after the first event, which is always `requested`. */
function begin(id: string, event: OperationEvent): OperationState {
  if (event.type !== "requested") throw new Error(`operation ${id} begins with ${event.type}, expected requested`);
  return {
    id,
    target: event.target,
    request: event.request,
    requestedBy: event.requestedBy,
    requestedAt: event.at,
    status: "pending",
    site: "open",
    version: event.seq,
    updatedAt: event.at,
    phases: [],
    checks: [],
    mutations: [],
    sites: [],
    waits: [],
    takeovers: [],
    window: {},
    nodes: { before: [], after: [] },
    missed: [],
    leftovers: [],
    discarded: [],
  };
}

/** Pure: the state before and an event give the state after. */
export function apply(state: OperationState, event: OperationEvent): OperationState {
  const next = { ...state, version: event.seq, updatedAt: event.at };
  switch (event.type) {
    case "requested":
      throw new Error(`operation ${state.id} was requested twice`);
    case "started":
      return { ...next, status: "running", executionArn: event.executionArn ?? state.executionArn };
    case "phase-started":
      return { ...next, phases: [...state.phases, { phase: event.phase, startedAt: event.at }], progress: undefined };
    case "phase-finished":
      return {
        ...next,
        phases: finished(state.phases, event),
      };
    case "check":
      return { ...next, checks: [...state.checks.filter((check) => check.name !== event.check.name), event.check] };
    case "forecast":
      return { ...next, forecast: event.forecast };
    case "mutation":
      return { ...next, mutations: [...state.mutations, event.mutation] };
    case "progress":
      return { ...next, progress: event.message };
    case "closing-started":
      return {
        ...siteIs(next, "closing", event.at),
        window: { ...state.window, closingAt: state.window.closingAt ?? event.at },
      };
    case "closed":
      return {
        ...siteIs(next, "closed", event.at),
        window: { ...state.window, closedAt: state.window.closedAt ?? event.at },
      };
    case "page-was-gone":
      return { ...next, passedSince: state.dataSince };
    case "quiet":
      return next;
    case "snapshot-available":
      return { ...next, snapshot: event.snapshot, snapshotAt: event.createdAt };
    case "point-of-no-return-passed":
      return { ...next, pointOfNoReturnAt: event.at, dataSince: event.at };
    case "leader-started":
      return { ...next, leaderTaskArn: event.taskArn };
    case "verified":
      return { ...next, verifiedVersion: event.version };
    case "opening-started":
      return { ...siteIs(next, "opening", event.at), window: { ...state.window, openingAt: event.at } };
    case "opened":
      return { ...siteIs(next, "open", event.at), window: { ...state.window, openedAt: event.at } };
    case "nodes":
      return { ...next, nodes: { ...state.nodes, [event.when]: event.nodes } };
    case "waiting":
      return {
        ...next,
        status: "waiting",
        waitingFor: waitingOf(event),
        waits: [...waitsUntil(state, event.at), { for: event.for, from: event.at }],
      };
    case "waited":
      return { ...next, status: "running", waitingFor: undefined, waits: waitsUntil(state, event.at) };
    case "taken-over": {
      const { at, epoch, why } = event;
      return {
        ...next,
        status: "running",
        waitingFor: undefined,
        waits: waitsUntil(state, at),
        takeovers: [...state.takeovers, { at, epoch, why }],
        problem: undefined,
      };
    }
    case "going-back":
      return { ...next, goingBack: { at: event.at, why: event.why, snapshot: event.snapshot } };
    case "database-restored":
      return { ...next, restored: restoredOf(event), dataSince: event.at, passedSince: undefined };
    case "discarded":
      return { ...next, discarded: [...state.discarded, { from: event.from, to: event.to }] };
    case "decided":
      return {
        ...next,
        status: state.status === "waiting" ? "running" : state.status,
        waitingFor: undefined,
        waits: waitsUntil(state, event.at, { decision: event.decision, by: event.by.name }),
        decision: {
          decision: event.decision,
          by: event.by,
          at: event.at,
          comment: event.comment,
          ...(event.discards && { discards: event.discards }),
          ...(event.data && { data: event.data }),
        },
      };
    case "missed":
      return { ...next, missed: [...state.missed, { what: event.what, due: event.due, byHand: event.byHand }] };
    case "leftover":
      return { ...next, leftovers: [...state.leftovers, { what: event.what, fix: event.fix }] };
    case "held":
      return {
        ...next,
        status: "held",
        problem: event.problem,
        waits: [...waitsUntil(state, event.at), { for: "held", from: event.at }],
      };
    case "finished":
      return {
        ...next,
        status: event.status,
        problem: event.problem ?? state.problem,
        waits: waitsUntil(state, event.at),
        finishedAt: event.at,
      };
  }
}

/** A run that died finished none of its phases: the last one of that name is meant. */
function finished(phases: PhaseState[], { phase, at, outcome }: PhaseFinished): PhaseState[] {
  const index = phases.findLastIndex((each) => each.phase === phase && !each.finishedAt);
  const last = phases[index];
  return last ? phases.with(index, { ...last, finishedAt: at, outcome }) : phases;
}
type PhaseFinished = Extract<OperationEvent, { type: "phase-finished" }>;

const siteIs = (state: OperationState, site: Site, from: string): OperationState => ({
  ...state,
  site,
  sites: [...state.sites, { site, from }],
});

const waitsUntil = ({ waits }: OperationState, to: string, answer?: Pick<WaitState, "decision" | "by">): WaitState[] =>
  waits.map((wait) => (wait.to === undefined ? { ...wait, to, ...answer } : wait));

const waitingOf = ({ for: question, until, otherwise }: Waiting): Waiting => ({
  for: question,
  until,
  ...(otherwise !== undefined && { otherwise }),
});
const restoredOf = ({ snapshot, database, address, aside, different, tell }: Restored): Restored => ({
  snapshot,
  database,
  address,
  ...(aside !== undefined && { aside }),
  different,
  tell,
});

/** Undefined where there are no events. */
export function fold(id: string, events: readonly OperationEvent[]): OperationState | undefined {
  const [first, ...rest] = events;
  return first && rest.reduce(apply, begin(id, first));
}
