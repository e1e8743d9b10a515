import type { Phase } from "../../src/operations/operation.ts";
import type { Violation } from "../../src/sandbox/checker/verdict.ts";
import type { Disturbance, Scenario } from "./scenario.ts";

/** A call of the runbook to AWS, by its place: the nth of its kind in its phase. */
export type CallSeen = { phase: Phase | "before"; service: string; operation: string; nth: number };

/** A disturbance that did hit something, and where. */
export type Hit = {
  kind: Disturbance["kind"];
  what: string;
  phase: Phase | "before";
  service?: string;
  operation?: string;
  /** Of a call, its place: the nth of its kind in its phase. */
  nth?: number;
};

/** What came of one scenario. */
export type Result = {
  scenario: Scenario;
  /** How the operation stood when everything was over, once people had decided what it asked. */
  status: string;
  /** Invariants that were broken. */
  violations: Violation[];
  /** What never ended: an operation without an end or a hold within its deadlines, a held one that no offered decision leads out of, a bug of the simulation itself. */
  hangs: string[];
  calls: CallSeen[];
  hits: Hit[];
  /** What happened, to be read by a person: the operation's log with the disturbances between its lines. */
  timeline: string;
  /** SHA-256 of the cloud's event log. One scenario, one digest: on any machine, in any process. */
  digest: string;
};
