import { hasFailed } from "../report/tally.ts";
import type { Result } from "../result.ts";
import { drawEvenly } from "../singles/draw-evenly.ts";
import {
  type CallFault,
  type Faulted,
  faulted,
  type Ground,
  inWords,
  passingOn,
  singlesOn,
} from "../singles/faults-on-calls.ts";
import { lastingOn } from "../singles/lasting.ts";
import { together } from "../singles/together.ts";
import { didHit } from "./did-hit.ts";
import type { Item } from "./item.ts";
import { type Elsewhere, type Findings, itemOf, type Means, type Statuses } from "./trials.ts";

/** One history with some faults. Where it does not end as it should, its halves are tried. */
type Trial = {
  faulted: Faulted;
  item: Item;
  /** Its ending must be that of its base. */
  passes: boolean;
  /** Only it came to something wrong so far: none of its halves has. */
  parent?: Trial;
  result?: Result;
  /** Halves of which nobody knows yet whether they are at fault. */
  open: number;
  isExplained: boolean;
};

/** What lasts and only delays. Slow calls each delay every later look: few of them together leave an operation within its time. */
const DELAYING = [
  { fault: "slow", most: 5 },
  { fault: "throttle", most: 4 },
] as const;
/** A fault that did not hit beside others is tried beside fewer, then with few, and at last alone. */
const MOST_WHERE_MISSED = [Number.POSITIVE_INFINITY, 8, 1];

const TOGETHER = [
  "A fault that passes is tried together with others, on other calls, in one history: the SDK asks again, and the code above it sees the same answer later. Where each of them did hit, nothing was broken and the",
  "operation ended as without them, all have passed. Where not, the halves are tried, down to the single fault that does it.",
  "A fault that lasts ends or holds the operation and is tried alone, but for slow answers and throttles, which only delay it: a few are tried together. Internal errors and resets are alike to the code, which looks at neither, and on reads lost answers",
  "too: they take turns. Every change fails, loses its answers and is slow for good in every procedure. Reads and the runbook's own records are tried from the first or from the last one in a phase on, since",
  "what lasts from the second on is what lasts from the first, one look later; the ways in which they fail, and that a change is throttled or fails late, take turns over the procedures that go through the phase by the same code. --each tries every fault by itself.",
].join("\n");

type Together = {
  grounds: Ground[];
  statuses: Statuses;
  /** So many of the histories alone, and no fault again that did not hit. */
  draw?: { count: number; seed: number };
};

/** Tries every single fault, in as few histories as show the same. */
export async function tryTogether(
  { grounds, statuses, draw }: Together,
  { run, take, reporter }: Means,
): Promise<Findings> {
  const elsewhere: Elsewhere[] = [];
  const missed: string[] = [];
  const again = new Map<Ground, CallFault[]>();
  let rounds = 0;
  let histories = 0;
  let judged = 0;
  let next: Trial[] = [];
  const trial = (ground: Ground, faults: CallFault[], more: Partial<Trial>): Trial => {
    const it = faulted(ground, faults);
    return { faulted: it, item: itemOf(it), passes: true, open: 0, isExplained: false, ...more };
  };
  const groundOf = ({ faulted: { base } }: Trial) => grounds.find((ground) => ground.base === base)!;

  /** Something wrong was pinned down to this: what it is a part of is explained by it. */
  function explain({ parent }: Trial): void {
    for (let each = parent; each; each = each.parent) each.isExplained = true;
  }
  /** A half is done with. Where none of a trial's halves shows what it came to, it was all of it together. */
  function close(each: Trial): void {
    const { parent } = each;
    if (!parent) return;
    parent.open -= 1;
    if (parent.open > 0) return;
    if (!parent.isExplained && hasFailed(parent.result!)) {
      take(parent.item, parent.result!);
      explain(parent);
    }
    close(parent);
  }

  function judge(each: Trial, result: Result): void {
    const { faulted: it, item, passes } = each;
    const { faults } = it;
    judged += 1;
    const ground = groundOf(each);
    const expected = statuses.get(it.base)!;
    const isWrong = hasFailed(result) || (passes && result.status !== expected);
    if (isWrong && faults.length > 1) {
      const middle = Math.ceil(faults.length / 2);
      Object.assign(each, { result, open: 2 });
      for (const half of [faults.slice(0, middle), faults.slice(middle)])
        next.push(trial(ground, half, { passes, parent: each }));
      reporter.say(`${item.label} came to something else together: the halves are tried`);
      // One history of the run, and nothing wrong with it by itself before its halves are known.
      take(item, { ...result, violations: [], hangs: [] });
      return;
    }
    take(item, result);
    const notHit = faults.filter((fault) => !didHit(fault, result, { isAlone: faults.length === 1 }));
    if (draw) missed.push(...notHit.map(inWords));
    else if (notHit.length > 0 && faults.length > 1) again.set(ground, [...(again.get(ground) ?? []), ...notHit]);
    else if (notHit.length > 0) missed.push(item.label);
    if (isWrong) {
      explain(each);
      if (!hasFailed(result)) elsewhere.push({ label: item.label, status: result.status, expected });
    }
    close(each);
  }

  const lasting = lastingOn(grounds);
  const each = (trials: (ground: Ground, index: number) => Trial[]) => grounds.flatMap(trials);
  next = [
    ...each((ground) => together(passingOn(ground)).map((group) => trial(ground, group, {}))),
    ...each((ground, index) =>
      DELAYING.flatMap(({ fault, most }) =>
        together(
          lasting[index]!.together.filter((each) => each.fault === fault),
          { most },
        ).map((group) => trial(ground, group, { passes: false })),
      ),
    ),
    ...each((ground, index) => lasting[index]!.alone.map((fault) => trial(ground, [fault], { passes: false }))),
  ];
  const of = grounds.reduce((sum, ground) => sum + singlesOn(ground), 0);
  reporter.say(TOGETHER);
  const all = next.length;
  if (draw) next = drawEvenly({ ...draw, of: all }).map((index) => next[index]!);
  const tried = next.reduce((sum, { faulted: { faults } }) => sum + faults.length, 0);
  const ofWhich = draw ? `, of which ${next.length} are, with ${tried} faults, drawn by seed ${draw.seed}` : "";
  reporter.say(`${of} singles, tried in ${all} histories${ofWhich}`, {
    faults: "singles",
    of,
    tried: draw ? tried : of,
    histories: next.length,
  });
  while (next.length > 0) {
    const now = next;
    next = [];
    const trials = new Map(now.map((each) => [each.item, each]));
    histories += now.length;
    await run(trials.keys(), (item, result) => judge(trials.get(item)!, result));
    if (judged < histories) break;
    if (next.length > 0) continue;
    const most = MOST_WHERE_MISSED[Math.min(rounds, MOST_WHERE_MISSED.length - 1)]!;
    rounds += 1;
    for (const [ground, faults] of again)
      for (const passes of [true, false]) {
        const alike = faults.filter(({ times }) => (times === "once") === passes);
        next.push(...together(alike, { most }).map((group) => trial(ground, group, { passes })));
      }
    again.clear();
  }
  if (judged < histories) {
    reporter.say(`Not all singles were tried: ${histories - judged} histories were still to be run when it ended`, {
      left: histories - judged,
    });
    return { elsewhere, missed: [] };
  }
  reporter.say(
    `${draw ? tried : of} singles in ${histories} histories; ${missed.length} hit nothing${draw && missed.length > 0 ? ` beside the others, and would be tried again: ${missed.join("; ")}` : ""}`,
    { singles: draw ? tried : of, histories, missed },
  );
  // Of some histories alone nobody tries again what did not hit.
  return { elsewhere, missed: draw ? [] : missed };
}
