import { faultKinds } from "../report/calls.ts";
import { inOrder } from "../report/coverage.ts";
import type { Reporter } from "../report/reporter.ts";
import { hasFailed } from "../report/tally.ts";
import type { Result } from "../result.ts";
import { type BaseName, bases, basesOf } from "../singles/bases.ts";
import { classesOf } from "../singles/call-classes.ts";
import { drawEvenly } from "../singles/draw-evenly.ts";
import { type Faulted, type Ground, pairOf, pairsOn, singleOf, singlesOn } from "../singles/faults-on-calls.ts";
import type { SimulateCommand } from "./command-line.ts";
import { didHit } from "./did-hit.ts";
import type { Item } from "./item.ts";
import { type Elsewhere, type Findings, itemOf, type Means, type Statuses } from "./trials.ts";
import { tryTogether } from "./try-together.ts";

type Faults = Extract<SimulateCommand, { kind: "singles" | "pairs" }>;
/** Runs each base once, and then with every fault, or with every two faults, on the calls that it made. */
export async function planFaults(command: Faults, means: Means): Promise<Findings> {
  const { run, take, reporter } = means;
  const statuses = new Map<BaseName, string>();
  const grounds: Ground[] = [];
  const names = basesOf(command.restriction);
  await run(
    names.map((name) => ({ label: `${name}, undisturbed`, scenario: bases[name].scenario })),
    (item, result) => {
      take(item, result);
      const base = names.find((name) => item.scenario === bases[name].scenario)!;
      statuses.set(base, result.status);
      if (!hasFailed(result)) grounds.push(groundOf(base, result));
    },
  );
  grounds.sort((a, b) => names.indexOf(a.base) - names.indexOf(b.base));
  explain(grounds, reporter);

  const isTogether = command.kind === "singles" && !command.each;
  const { elsewhere, missed } = isTogether
    ? await tryTogether(
        {
          grounds,
          statuses,
          ...(command.sample !== undefined && { draw: { count: command.sample, seed: command.seed } }),
        },
        means,
      )
    : await tryEach(drawn(grounds, command, reporter), { statuses, kind: command.kind }, means);
  if (elsewhere.length > 0)
    reporter.say(
      [
        `${elsewhere.length} single faults that asking again should get past ended otherwise than without them:`,
        ...elsewhere.map(({ label, status, expected }) => `  ${label}: expected ${expected}, found ${status}`),
      ].join("\n"),
      { elsewhere },
    );
  if (missed.length > 0)
    reporter.say(
      [`${missed.length} single faults hit nothing, even alone:`, ...missed.map((label) => `  ${label}`)].join("\n"),
      { missed },
    );
  return { elsewhere, missed };
}

async function tryEach(
  all: Iterable<Faulted>,
  { statuses, kind }: { statuses: Statuses; kind: Faults["kind"] },
  { run, take }: Means,
): Promise<Findings> {
  const elsewhere: Elsewhere[] = [];
  const missed: string[] = [];
  const faulted = new Map<Item, Faulted>();
  const items = function* () {
    for (const each of all) {
      const item = itemOf(each);
      faulted.set(item, each);
      yield item;
    }
  };
  await run(items(), (item, result) => {
    take(item, result);
    const { base, faults } = faulted.get(item)!;
    faulted.delete(item);
    const expected = statuses.get(base)!;
    // Of two faults the first may have ended what the second was to hit.
    if (kind === "singles" && !didHit(faults[0]!, result, { isAlone: true })) missed.push(item.label);
    const isPassing = faults.length === 1 && faults[0]!.times === "once";
    if (isPassing && !hasFailed(result) && result.status !== expected)
      elsewhere.push({ label: item.label, status: result.status, expected });
  });
  return { elsewhere, missed };
}

function groundOf(base: BaseName, { calls }: Result): Ground {
  const { scenario, from } = { from: undefined, ...bases[base] };
  const classes = classesOf(calls).filter(({ call }) => from === undefined || inOrder(call.phase) >= inOrder(from));
  return { base, scenario, classes };
}

const CLASSES =
  "Each change is tried by itself. Of each read and each of the runbook's own records the first, the second and the last in a phase are: what a poll asks in between, it asks again.";

function explain(grounds: Ground[], { say }: Reporter): void {
  say(CLASSES);
  for (const { base, classes } of grounds) {
    const calls = classes.reduce((sum, { stands }) => sum + stands, 0);
    const { from } = { from: undefined, ...bases[base] };
    say(
      `${base}${from ? `, from ${from} on` : ""}: ${calls} calls, of which ${classes.length} are tried, each with ${faultKinds.length} kinds of fault: ${classes.length * faultKinds.length}`,
      { base, calls, tried: classes.length, kinds: faultKinds.length },
    );
  }
}

/** Those of the grounds' faults, or pairs of them, that are to be tried: all, or as many as are asked for. */
function* drawn(grounds: Ground[], { kind, sample, seed }: Faults, { say }: Reporter): Generator<Faulted> {
  const [countOn, oneOf] = kind === "singles" ? [singlesOn, singleOf] : [pairsOn, pairOf];
  const counts = grounds.map(countOn);
  const of = counts.reduce((sum, count) => sum + count, 0);
  const chosen = drawEvenly({ seed, count: sample ?? of, of });
  say(
    `${of} ${kind}${chosen.length < of ? `, of which ${chosen.length} are tried, drawn by seed ${seed}` : ", which are all tried"}`,
    { faults: kind, tried: chosen.length, of, seed },
  );
  for (let nth of chosen) {
    let index = 0;
    while (nth >= counts[index]!) nth -= counts[index++]!;
    yield oneOf(grounds[index]!, nth);
  }
}
