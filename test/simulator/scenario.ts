import type { Decision, Phase } from "../../src/operations/operation.ts";
import type { FaultRule } from "../../src/sandbox/cloud/faults.ts";
import type { Latencies, Switches } from "../../src/sandbox/cloud/settings.ts";
import type { NoticeboardSettings } from "../simulation/noticeboard.ts";
import type { CloudDisturbance } from "./disturbances/cloud-disturbance.ts";
import type { ShapeName } from "./shapes.ts";

/**
 * Everything that happens in one simulated history, as plain JSON: it is drawn from a seed, can be made smaller member by member, and is kept
 * as a regression test after the generator has moved on.
 */
export type Scenario = {
  /** What the cloud makes up by itself is drawn from it: identifiers, who is chosen, how long a rule takes. */
  seed: number;
  shape: ShapeName;
  procedure: SimulatedProcedure;
  application: SimulatedApplication;
  latencies: { [Service in keyof Latencies]?: Partial<Latencies[Service]> };
  switches: Partial<Switches>;
  /** How long a call of the runbook is on its way before it takes effect. */
  callMs: number;
  disturbances: Disturbance[];
  /** What people choose of the decisions that are offered, each time that something waits or is held: the nth of them, counted round and round. */
  choices: number[];
  /** The target's own time limits, as durations, where they are not those of every simulated target. */
  timeouts?: Record<string, string>;
  /** At the first hold people have everything repaired, before they decide anything. Otherwise they try what they like first. */
  healsAtOnce?: boolean;
  /** Calls name who makes them, and nobody proves it, which saves a fifth of the time that the history takes. */
  isUnsigned?: boolean;
};

export type SimulatedProcedure =
  | {
      procedure: "upgrade";
      snapshot: "required" | "none";
      onFailure: "rollback" | "hold";
      approval: "none" | "before-window" | "before-open";
    }
  | { procedure: "first-start"; pause: boolean }
  | { procedure: "maintenance"; traffic: "closed" | "open"; otherwise: "rollback" | "hold" }
  /** Takes an upgrade back that went well. */
  | { procedure: "rollback" };

export type SimulatedApplication = {
  breakage?: NoticeboardSettings["breakage"];
  followerBreakage?: NoticeboardSettings["breakage"];
  cannotStart?: boolean;
  migrationMs: number;
};

/** When: counted among the calls of the runbook, or on the clock from the beginning of a phase. */
export type Moment =
  | { phase: Phase; afterMs: number }
  | { side: "before" | "after"; phase?: Phase; service: string; operation: string; nth: number };

export type Disturbance =
  /**
   * Calls of the runbook, counted in their phase where one is named, and from the operation's request otherwise. `outlasts`: only the first of
   * them is counted in the phase, and what begins there goes on when the phase is over.
   */
  | ({ kind: "call"; phase?: Phase; outlasts?: boolean } & FaultRule)
  /**
   * The worker that runs the runbook is killed, and the engine runs it again where it was. `lingers`: what it had sent arrives so much later,
   * while the next one is at work.
   */
  | { kind: "crash"; at: Moment; lingersMs?: number }
  /** The durable execution ends without a word: it was stopped, or ran into its time-out. EventBridge tells of it. */
  | { kind: "execution-ends"; at: Moment }
  /** The engine runs the same execution a second time while the first goes on. */
  | { kind: "runs-twice"; at: Moment }
  | { kind: "cloud"; at: Moment; what: CloudDisturbance }
  | { kind: "person"; at: Moment; does: Decision | "restore" | "second-request" };
