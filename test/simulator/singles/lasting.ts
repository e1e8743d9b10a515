import type { FaultKind } from "../report/calls.ts";
import { type CallClass, isMutation, isRead, RECORDS } from "./call-classes.ts";
import type { CallFault, Ground } from "./faults-on-calls.ts";

/**
 * Kinds of fault that are one to the code that called, where they last: an error that passes, after the SDK has asked three times, and no code looks at which. The test beside this
 * file holds that. Nothing came of any of them; and nothing ever comes of a read, so that there an answer that is lost is one of them too.
 */
export const ALIKE = {
  changes: ["internal-error", "reset"],
  reads: ["internal-error", "reset", "lost"],
} as const satisfies Record<string, FaultKind[]>;

/** Faults that last and are tried: each by itself, for it ends an operation or holds it, or, of those that only delay it, some in one history. */
export type Lasting = { alone: CallFault[]; together: CallFault[] };

/** How the calls of one kind in one phase can be: from which on, and what for good. `fails`: with the kinds that are alike by turns. */
type Behaviour = { from: "first" | "last"; fault: "fails" | FaultKind };

const OF_READS: Behaviour[] = [
  { from: "first", fault: "fails" },
  { from: "first", fault: "throttle" },
  { from: "last", fault: "time-out" },
  { from: "last", fault: "fails" },
  { from: "last", fault: "slow" },
];
const OF_RECORDS: Behaviour[] = [
  { from: "first", fault: "fails" },
  { from: "last", fault: "throttle" },
  { from: "last", fault: "lost" },
  { from: "last", fault: "fails" },
  { from: "first", fault: "lost" },
  { from: "first", fault: "time-out" },
  { from: "last", fault: "slow" },
];
/** After these a change may be there, or is, or is sure not to be: in every procedure. */
const OF_EVERY_CHANGE = ["fails", "lost", "slow"] as const;
/** And that nothing came of it is heard later. */
const OF_CHANGES = ["throttle", "time-out"] as const;

/**
 * Those that stand for all faults that last, one answer for each ground. Every change fails, loses its answers and is slow in every procedure. That it is throttled or fails late, and what is read, and what the runbook writes down, it reads and writes
 * by the same code in each procedure that goes through a phase: there the ways take turns over these procedures, so that each has its share and together they have all.
 */
export function lastingOn(grounds: readonly Ground[]): Lasting[] {
  const lasting = grounds.map((): Lasting => ({ alone: [], together: [] }));
  let nth = 0;
  const turn = <Kind>(kinds: readonly Kind[]): Kind => kinds[nth++ % kinds.length]!;
  const add = (index: number, call: CallClass, behaviour: Behaviour["fault"]) => {
    const kinds = isRead(call.call) ? ALIKE.reads : ALIKE.changes;
    const fault = behaviour === "fails" ? turn<FaultKind>(kinds) : behaviour;
    // The runbook makes sure that it is in charge by its records: where these are slow it does nothing.
    const delays = fault === "throttle" || (fault === "slow" && call.call.service !== RECORDS);
    lasting[index]![delays ? "together" : "alone"].push({ call, fault, times: "for ever" });
  };

  let shift = 0;
  for (const places of placesOf(grounds)) {
    shift += 1;
    if (isMutation(places[0]!.classes[0]!.call)) {
      for (const { index, classes } of places)
        for (const call of classes) for (const fault of OF_EVERY_CHANGE) add(index, call, fault);
      for (const [way, fault] of OF_CHANGES.entries()) {
        const { index, classes } = places[(way + shift) % places.length]!;
        for (const call of classes) add(index, call, fault);
      }
      continue;
    }
    const isOne = places.every(({ classes }) => classes.length === 1);
    const ways = waysOf(places[0]!.classes[0]!).filter(
      ({ from, fault }) => !(isOne && from === "last" && fault === "fails"),
    );
    for (let way = 0; way < Math.max(ways.length, places.length); way += 1) {
      const { index, classes } = places[(way + shift) % places.length]!;
      const { from, fault } = ways[way % ways.length]!;
      add(index, from === "first" ? classes[0]! : classes.at(-1)!, fault);
    }
  }
  return lasting;
}

function waysOf({ call }: CallClass): Behaviour[] {
  if (call.service !== RECORDS) return OF_READS;
  return isRead(call) ? OF_RECORDS.filter(({ fault }) => fault !== "lost") : OF_RECORDS;
}

type Place = { index: number; classes: CallClass[] };

/** The calls of one kind in one phase, in each of the grounds that have them. */
function placesOf(grounds: readonly Ground[]): Place[][] {
  const all = new Map<string, Place[]>();
  for (const [index, { classes }] of grounds.entries())
    for (const each of classes) {
      const { phase, service, operation } = each.call;
      const name = [phase, service, operation].join("|");
      const places = all.get(name) ?? [];
      all.set(name, places);
      const place = places.find((other) => other.index === index);
      if (place) place.classes.push(each);
      else places.push({ index, classes: [each] });
    }
  return [...all.values()];
}
