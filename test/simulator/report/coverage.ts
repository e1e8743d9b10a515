import { phaseNames } from "../../../src/operations/operation.ts";
import type { CallSeen, Hit, Result } from "../result.ts";
import { type FaultKind, faultKinds } from "./calls.ts";

type Place = Pick<CallSeen, "phase" | "service" | "operation">;
export type CallCoverage = Place & {
  /** Histories that made this call in this phase. */
  seen: number;
  hits: Partial<Record<FaultKind, number>>;
  /** Kinds of fault that never hit it. */
  never: FaultKind[];
};
export type CoverageReport = {
  calls: CallCoverage[];
  /** Of every call in every phase with every kind of fault, how many were hit. */
  combinations: { hit: number; of: number };
  /** Everything else that hit, by what it was and when. */
  disturbances: { kind: Hit["kind"]; what: string; phase: Hit["phase"]; times: number }[];
  /** Where the runbook was killed, for those that were counted among its calls. */
  crashPoints: (Place & { what: string; times: number })[];
  endings: { procedure: string; status: string; runs: number }[];
};

/** What did happen in many histories. */
export function createCoverage() {
  const seen = new Map<string, number>();
  const faults = new Map<string, number>();
  const disturbances = new Map<string, number>();
  const crashPoints = new Map<string, number>();
  const endings = new Map<string, number>();
  const count = (of: Map<string, number>, ...key: string[]) => {
    const text = key.join("|");
    of.set(text, (of.get(text) ?? 0) + 1);
  };

  return {
    add({ calls, hits, scenario, status }: Result) {
      for (const place of new Set(calls.map(({ phase, service, operation }) => [phase, service, operation].join("|"))))
        count(seen, place);
      for (const { kind, what, phase, service = "", operation = "" } of hits) {
        if (kind === "call") count(faults, phase, service, operation, what);
        else count(disturbances, kind, what, phase);
        if (kind === "crash" && operation) count(crashPoints, phase, service, operation, what);
      }
      count(endings, scenario.procedure.procedure, status);
    },
    report(): CoverageReport {
      // A fault may hit a call that no list of calls has, such as one that was answered by the fault alone.
      const places = new Set([...seen.keys(), ...[...faults.keys()].map((key) => key.slice(0, key.lastIndexOf("|")))]);
      const calls = [...places].map((place): CallCoverage => {
        const [phase, service, operation] = place.split("|") as [Place["phase"], string, string];
        const hits = Object.fromEntries(
          faultKinds.flatMap((kind) => {
            const times = faults.get(`${place}|${kind}`);
            return times === undefined ? [] : [[kind, times]];
          }),
        ) as CallCoverage["hits"];
        const never = faultKinds.filter((kind) => hits[kind] === undefined);
        return { phase, service, operation, seen: seen.get(place) ?? 0, hits, never };
      });
      calls.sort(
        (a, b) =>
          a.service.localeCompare(b.service) ||
          a.operation.localeCompare(b.operation) ||
          inOrder(a.phase) - inOrder(b.phase),
      );
      return {
        calls,
        combinations: {
          hit: calls.reduce((sum, { never }) => sum + faultKinds.length - never.length, 0),
          of: calls.length * faultKinds.length,
        },
        disturbances: sorted(disturbances).map(([[kind, what, phase], times]) => ({
          kind: kind as Hit["kind"],
          what: what!,
          phase: phase as Hit["phase"],
          times,
        })),
        crashPoints: sorted(crashPoints).map(([[phase, service, operation, what], times]) => ({
          phase: phase as Hit["phase"],
          service: service!,
          operation: operation!,
          what: what!,
          times,
        })),
        endings: sorted(endings).map(([[procedure, status], runs]) => ({
          procedure: procedure!,
          status: status!,
          runs,
        })),
      };
    },
  };
}

const sorted = (counts: Map<string, number>): [string[], number][] =>
  [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([key, times]) => [key.split("|"), times]);

const order: readonly string[] = ["before", ...phaseNames];
/** Its place among the phases, as people go through them. */
export const inOrder = (phase: string): number => order.indexOf(phase);
