import { isMutation } from "./call-classes.ts";
import type { CallFault } from "./faults-on-calls.ts";

/** How many faults of one history may fall into one phase: more of them delay it, or fail a step again and again, until its time is up. */
const MOST_IN_A_PHASE = { long: 3, changes: 3, all: 12 };
/** Its reads are one step and nothing polls, so that nothing runs out of time. */
const MOST_IN_PREFLIGHT = { long: 6, changes: 0, all: 24 };

export type Group = CallFault[];

/** What lasts for minutes and passes then holds up its own phase only, and the next one belongs into another. */
const isOverWhenItLets = ({ fault, times }: CallFault): boolean => fault === "throttle" && times === "for ever";

const isLong = ({ fault }: CallFault): boolean => fault === "time-out" || fault === "slow";

/**
 * Faults that can be put into one history, such as those that asking again gets past: each of another operation or in another phase, so that no repetition of one call is
 * another's. Groups are of about the same size: the fewer are together, the less they come in each other's way.
 */
export function together(faults: readonly CallFault[], { most = Number.POSITIVE_INFINITY } = {}): Group[] {
  const full: Open[] = [];
  for (const fault of faults) put(fault, full, { most, choose: ([first]) => first });
  const even: Open[] = full.map(() => emptyGroup());
  const smallest = (groups: Open[]) =>
    groups.reduce<Open | undefined>(
      (least, each) => (least && least.faults.length <= each.faults.length ? least : each),
      undefined,
    );
  for (const fault of faults) put(fault, even, { most, choose: smallest });
  return even.map((group) => group.faults).filter(({ length }) => length > 0);
}

type Open = { faults: Group; places: Set<string>; counts: Map<string, number> };
const emptyGroup = (): Open => ({ faults: [], places: new Set(), counts: new Map() });

function put(
  fault: CallFault,
  groups: Open[],
  { most, choose }: { most: number; choose: (groups: Open[]) => Open | undefined },
): void {
  const { phase, service, operation } = fault.call.call;
  const kind = `${service} ${operation}`;
  const place = fault.times === "once" ? `${phase} ${kind}` : kind;
  const limits = phase === "preflight" || phase === "before" ? MOST_IN_PREFLIGHT : MOST_IN_A_PHASE;
  const counted = [
    { name: `${phase} all`, most: limits.all },
    ...(isLong(fault) ? [{ name: `${phase} long`, most: limits.long }] : []),
    ...(isOverWhenItLets(fault) ? [{ name: `${phase} throttled`, most: 1 }] : []),
    ...(isMutation(fault.call.call) ? [{ name: `${phase} changes`, most: limits.changes }] : []),
  ];
  const hasRoom = ({ faults, places, counts }: Open) =>
    faults.length < most && !places.has(place) && counted.every(({ name, most }) => (counts.get(name) ?? 0) < most);
  let group = choose(groups.filter(hasRoom));
  if (!group) {
    group = emptyGroup();
    groups.push(group);
  }
  group.faults.push(fault);
  group.places.add(place);
  for (const { name } of counted) group.counts.set(name, (group.counts.get(name) ?? 0) + 1);
}
