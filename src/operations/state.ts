import type { Missed, OperationEvent, Problem, Restored, Waiting } from "./event.ts";
import type { Forecast } from "./forecast.ts";
import type {
  CheckResult,
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
  window: { closingAt?: string; closedAt?: string; openingAt?: string; openedAt?: string };
  pointOfNoReturnAt?: string;
  snapshot?: string;
  /** When the snapshot was requested: later writes are not in it. */
  snapshotAt?: string;
  leaderTaskArn?: string;
  verifiedVersion?: string;
  nodes: { before: Node[]; after: Node[] };
  waitingFor?: Waiting;
  decision?: { decision: Decision; by: Identity; at: string; comment?: string; discards?: Discard };
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
        phases: state.phases.map((phase) =>
          phase.phase === event.phase && !phase.finishedAt
            ? { ...phase, finishedAt: event.at, outcome: event.outcome }
            : phase,
        ),
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
      return { ...next, site: "closing", window: { ...state.window, closingAt: state.window.closingAt ?? event.at } };
    case "closed":
      return { ...next, site: "closed", window: { ...state.window, closedAt: state.window.closedAt ?? event.at } };
    case "quiet":
      return next;
    case "snapshot-available":
      return { ...next, snapshot: event.snapshot, snapshotAt: event.createdAt };
    case "point-of-no-return-passed":
      return { ...next, pointOfNoReturnAt: event.at };
    case "leader-started":
      return { ...next, leaderTaskArn: event.taskArn };
    case "verified":
      return { ...next, verifiedVersion: event.version };
    case "opening-started":
      return { ...next, site: "opening", window: { ...state.window, openingAt: event.at } };
    case "opened":
      return { ...next, site: "open", window: { ...state.window, openedAt: event.at } };
    case "nodes":
      return { ...next, nodes: { ...state.nodes, [event.when]: event.nodes } };
    case "waiting":
      return { ...next, status: "waiting", waitingFor: waitingOf(event) };
    case "waited":
      return { ...next, status: "running", waitingFor: undefined };
    case "taken-over":
      return { ...next, status: "running", waitingFor: undefined, problem: undefined };
    case "going-back":
      return { ...next, goingBack: { at: event.at, why: event.why, snapshot: event.snapshot } };
    case "database-restored":
      return { ...next, restored: restoredOf(event) };
    case "discarded":
      return { ...next, discarded: [...state.discarded, { from: event.from, to: event.to }] };
    case "decided":
      return {
        ...next,
        status: state.status === "waiting" ? "running" : state.status,
        waitingFor: undefined,
        decision: {
          decision: event.decision,
          by: event.by,
          at: event.at,
          comment: event.comment,
          ...(event.discards && { discards: event.discards }),
        },
      };
    case "missed":
      return { ...next, missed: [...state.missed, { what: event.what, due: event.due, byHand: event.byHand }] };
    case "leftover":
      return { ...next, leftovers: [...state.leftovers, { what: event.what, fix: event.fix }] };
    case "held":
      return { ...next, status: "held", problem: event.problem };
    case "finished":
      return { ...next, status: event.status, problem: event.problem ?? state.problem, finishedAt: event.at };
  }
}

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
