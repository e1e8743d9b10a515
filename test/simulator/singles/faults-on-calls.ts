import { type FaultKind, faultKinds } from "../report/calls.ts";
import type { CallSeen } from "../result.ts";
import type { Disturbance, Scenario } from "../scenario.ts";
import type { BaseName } from "./bases.ts";
import { type CallClass, RECORDS } from "./call-classes.ts";

/** Calls of a base, each of which is to be hit. */
export type Ground = { base: BaseName; scenario: Scenario; classes: CallClass[] };
/** `times`: this call alone, which is passed by asking again; or it and each that follows of its kind, until people have everything repaired. */
export type CallFault = { call: CallClass; fault: FaultKind; times: "once" | "for ever" };
export type Faulted = { base: BaseName; faults: CallFault[]; scenario: Scenario };

/**
 * More often than anything is asked; but of its own records the runbook is without for so many calls only, which is minutes. While they are away nobody can see or
 * decide anything, and nothing can end. A throttle passes by itself sooner or later: it is so many calls as well, which is some minutes.
 */
const FOR_EVER = { cloud: 1_000, records: 100, throttled: 100 };
const forEver = (fault: FaultKind, service: string): number => {
  if (service === RECORDS) return FOR_EVER.records;
  return fault === "throttle" ? FOR_EVER.throttled : FOR_EVER.cloud;
};
/** Not so long that the caller hangs up, which is what `time-out` is for. */
const SLOW_MS = 8_000;

const SINGLE = faultKinds.flatMap((fault) => (["once", "for ever"] as const).map((times) => ({ fault, times })));

/** Every kind of fault on each call, once and for ever. */
export const singlesOn = ({ classes }: Pick<Ground, "classes">): number => classes.length * SINGLE.length;

/** Those that asking again gets past. */
export const passingOn = ({ classes }: Pick<Ground, "classes">): CallFault[] =>
  faultKinds.flatMap((fault) => classes.map((call): CallFault => ({ call, fault, times: "once" })));

/** The nth of them. */
export const singleOf = (ground: Ground, nth: number): Faulted =>
  faulted(ground, [{ call: ground.classes[Math.floor(nth / SINGLE.length)]!, ...SINGLE[nth % SINGLE.length]! }]);

/** Those of the kinds after which nobody knows, or only late, whether the call took effect. */
const PAIRED = ["lost", "internal-error", "time-out"] as const satisfies FaultKind[];

/** Every two calls, with each of those kinds on either. */
export const pairsOn = ({ classes }: Pick<Ground, "classes">): number =>
  ((classes.length * (classes.length - 1)) / 2) * PAIRED.length ** 2;

/** The nth of them. */
export function pairOf(ground: Ground, nth: number): Faulted {
  const { classes } = ground;
  const kinds = nth % PAIRED.length ** 2;
  let left = Math.floor(nth / PAIRED.length ** 2);
  let first = 0;
  while (left >= classes.length - 1 - first) {
    left -= classes.length - 1 - first;
    first += 1;
  }
  const faultOn = (index: number, kind: number): CallFault => ({
    call: classes[index]!,
    fault: PAIRED[kind]!,
    times: "once",
  });
  return faulted(ground, [
    faultOn(first, Math.floor(kinds / PAIRED.length)),
    faultOn(first + 1 + left, kinds % PAIRED.length),
  ]);
}

/** A ground's history with these faults. */
export const faulted = ({ base, scenario }: Pick<Ground, "base" | "scenario">, faults: CallFault[]): Faulted => ({
  base,
  faults,
  scenario: { ...scenario, disturbances: faults.map(disturbanceOf) },
});

function disturbanceOf({ call: { call, nthOfAll }, fault, times }: CallFault): Disturbance {
  const { phase, service, operation, nth } = call;
  // What comes before the first phase has none.
  const place =
    phase === "before" ? { nth: nthOfAll } : { phase, nth, ...(times === "for ever" && { outlasts: true }) };
  const kind = fault === "slow" ? { fault, ms: SLOW_MS } : { fault };
  return {
    kind: "call",
    ...place,
    service,
    operation,
    count: times === "once" ? 1 : forEver(fault, service),
    ...kind,
  };
}

/** A fault as a person names it: `lost once on the second ECS:DescribeTasks in stop`. */
export const inWords = ({ call: { call, which }, fault, times }: CallFault): string =>
  `${fault} ${times} on ${which === "one" ? ordinal(call) : `the ${which} `}${call.service}:${call.operation} ${call.phase === "before" ? "before any phase" : `in ${call.phase}`}`;

const ordinal = ({ nth }: CallSeen): string => (nth === 1 ? "" : `number ${nth} of `);
