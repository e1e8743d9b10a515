import type { ListenerRule } from "../aws/load-balancer.ts";

/** A rule of somebody's that makes room for ours, and where it was. */
export type Moved = { ruleArn: string; from: number; to: number };
/** Rules to insert directly before a rule; before the default action where there is no rule. */
export type Wanted = { before?: ListenerRule; count: number };
/** The numbers that the wanted rules get, one list each, and what must move for them. */
export type Room = { numbers: number[][]; moved: Moved[] };

const LAST_PRIORITY = 50_000;
/** Fewest moves first; among as few, the application's own rules rather than other people's. */
const MOVE_OF_OTHERS = 1_001;
const MOVE_OF_OWN = 1_000;

/**
 * Finds numbers for new rules directly before others, where they are taken by moving as few rules as possible and never past each other.
 * Undefined where 50,000 numbers are not enough.
 *
 * A rule's slack is how far it lies above the lowest number that it could have with all rules before it packed together. Rules can keep their
 * numbers together exactly where their slacks never fall, so the most that can stay are the heaviest such sequence.
 */
export function roomFor(
  rules: ListenerRule[],
  { wanted, isOwn = () => false }: { wanted: Wanted[]; isOwn?: (rule: ListenerRule) => boolean },
): Room | undefined {
  const numbered = rules.flatMap((rule) => (rule.priority === undefined ? [] : [{ rule, priority: rule.priority }]));
  const countBefore = (rule?: ListenerRule) =>
    wanted.reduce((sum, { before, count }) => sum + (before?.arn === rule?.arn ? count : 0), 0);
  let packed = 0;
  const places = numbered.map(({ rule, priority }) => {
    packed += countBefore(rule) + 1;
    return { rule, priority, lowest: packed, slack: priority - packed };
  });
  const most = LAST_PRIORITY - packed - countBefore();
  if (most < 0) return undefined;

  const weights = places.map(({ rule }) => (isOwn(rule) ? MOVE_OF_OWN : MOVE_OF_OTHERS));
  const staying = heaviestRising(
    places.map(({ slack }, index) => ({ value: slack, weight: weights[index]! })),
    { least: 0, most },
  );
  const ceilings = places.map(({ slack }, index) => (staying.has(index) ? slack : most));
  for (let index = ceilings.length - 2; index >= 0; index -= 1)
    ceilings[index] = Math.min(ceilings[index]!, ceilings[index + 1]!);
  let floor = 0;
  const arranged = places.map(({ rule, priority, lowest, slack }, index) => {
    floor = Math.min(Math.max(slack, floor), ceilings[index]!);
    return { rule, from: priority, to: lowest + floor };
  });

  const last = arranged.at(-1)?.to ?? 0;
  const numbers = wanted.map(({ before, count }) => {
    const end = before ? arranged.find(({ rule }) => rule.arn === before.arn)!.to : last + count + 1;
    return Array.from({ length: count }, (_, index) => end - count + index);
  });
  const moved = arranged.flatMap(({ rule, from, to }) => (from === to ? [] : [{ ruleArn: rule.arn, from, to }]));
  return { numbers, moved };
}

/** The indexes of the heaviest sequence of values that never falls, within bounds. */
function heaviestRising(
  items: { value: number; weight: number }[],
  { least, most }: { least: number; most: number },
): Set<number> {
  const best: { total: number; previous: number }[] = [];
  for (const [index, { value, weight }] of items.entries()) {
    let [total, previous] = [weight, -1];
    if (value < least || value > most) total = Number.NEGATIVE_INFINITY;
    else
      for (let earlier = 0; earlier < index; earlier += 1)
        if (items[earlier]!.value <= value && best[earlier]!.total + weight > total)
          [total, previous] = [best[earlier]!.total + weight, earlier];
    best.push({ total, previous });
  }
  const chosen = new Set<number>();
  let end = best.reduce(
    (found, { total }, index) => (total > (found < 0 ? 0 : best[found]!.total) ? index : found),
    -1,
  );
  for (; end >= 0; end = best[end]!.previous) chosen.add(end);
  return chosen;
}

/**
 * Which of the moved rules can have their old numbers back without changing the order in which the listener evaluates its rules now, whatever
 * somebody added, deleted or moved meanwhile: as many as possible. The others stay where they are.
 */
export function roomBack(
  rules: { arn: string; priority?: number }[],
  moved: Moved[],
): { back: Moved[]; stuck: { moved: Moved; found: number }[] } {
  const numbered = rules.flatMap(({ arn, priority }) => (priority === undefined ? [] : [{ arn, priority }]));
  const places = numbered
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ arn, priority }) => {
      const move = moved.find(({ ruleArn }) => ruleArn === arn);
      return { priority, move, wanted: move && priority === move.to ? move.from : undefined };
    });
  type Way = { last: number; count: number; back: Moved[] };
  let ways: Way[] = [{ last: 0, count: 0, back: [] }];
  for (const { priority, move, wanted } of places) {
    const options =
      wanted === undefined
        ? [{ at: priority, gain: 0 }]
        : [
            { at: wanted, gain: 1 },
            { at: priority, gain: 0 },
          ];
    ways = options.flatMap(({ at, gain }) => {
      const possible = ways.filter(({ last }) => last < at);
      const best = possible.toSorted((a, b) => b.count - a.count)[0];
      if (!best) return [];
      return [{ last: at, count: best.count + gain, back: gain ? [...best.back, move!] : best.back }];
    });
  }
  const back = ways.toSorted((a, b) => b.count - a.count)[0]?.back ?? [];
  const stuck = places.flatMap(({ priority, move }) =>
    move && priority !== move.from && !back.includes(move) ? [{ moved: move, found: priority }] : [],
  );
  return { back, stuck };
}
