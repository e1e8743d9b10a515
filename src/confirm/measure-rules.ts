import {
  asAssumed,
  differs,
  type Lab,
  type Measured,
  type Measurement,
  notMeasured,
  type Outcome,
} from "./measurement.ts";
import { answerWith, type Followed, follow, type RuleLab, ruleLab } from "./rule-lab.ts";

const SETTLE_MS = 3_000;

/** Rules that are inserted and deleted. */
export const rulePropagation: Measurement = {
  name: "rule-propagation",
  asks: "How long after CreateRule and DeleteRule does each address of the load balancer follow, and does it ever go back?",
  assumes: "each address within `timeouts.close`, by itself, and once it follows it goes on to",
  does: "makes a rule for a path that nobody asks for, asks every address for it, and deletes it",
  disturbs: "nobody",
  async run(lab) {
    const at = await ruleLab(lab, 1);
    if (typeof at === "string") return notMeasured(at);
    const inserted: Followed[] = [];
    const deleted: Followed[] = [];
    for (let round = 1; round <= lab.rounds; round += 1) {
      const body = `confirm ${lab.run} ${round}`;
      const rule = await answerWith(lab, at, { priority: at.priorities[0]!, body });
      inserted.push(...(await followed(lab, at, { since: rule.at, wanted: body })));
      await lab.aws.loadBalancers.deleteRule(rule.arn);
      deleted.push(...(await followed(lab, at, { since: lab.clock.now(), without: body })));
    }
    return judged(lab, { insert: inserted, delete: deleted });
  },
};

/** Rules that change places. */
export const rulePriorities: Measurement = {
  name: "rule-priorities",
  asks: "When SetRulePriorities swaps two rules, how long until each address follows, and does any ever apply neither?",
  assumes:
    "each address within `timeouts.close`, and at every moment one rule or the other: no address evaluates half of the change",
  does: "makes two rules for a path that nobody asks for, swaps them, and asks every address for it",
  disturbs: "nobody",
  async run(lab) {
    const at = await ruleLab(lab, 2);
    if (typeof at === "string") return notMeasured(at);
    const [first, second] = at.priorities as [number, number];
    const names = [`confirm ${lab.run} one`, `confirm ${lab.run} two`] as const;
    const one = await answerWith(lab, at, { priority: first, body: names[0] });
    const two = await answerWith(lab, at, { priority: second, body: names[1] });
    await followed(lab, at, { since: two.at, wanted: names[0] });
    const swapped: Followed[] = [];
    for (let round = 1; round <= lab.rounds; round += 1) {
      const [to, from] = round % 2 ? [two, one] : [one, two];
      await lab.aws.loadBalancers.setPriorities([
        { ruleArn: to.arn, priority: first },
        { ruleArn: from.arn, priority: second },
      ]);
      swapped.push(...(await followed(lab, at, { since: lab.clock.now(), wanted: names[round % 2]! })));
    }
    const neither = swapped.flatMap(({ others }) => others.filter((said) => !said.startsWith("confirm ")));
    if (neither.length)
      return differs("Leave `loadBalancer.movePriorities` off: while rules move, visitors may get past the page", [
        ...times({ swap: swapped }),
        { what: "answers of neither rule", seen: `${neither.length}` },
      ]);
    return judged(lab, { swap: swapped });
  },
};

const followed = (
  lab: Lab,
  at: RuleLab,
  { since, ...which }: { since: number } & ({ wanted: string } | { without: string }),
): Promise<Followed[]> =>
  follow(lab, at, {
    since,
    wanted: (answer) => ("wanted" in which ? answer?.body === which.wanted : answer?.body !== which.without),
    withinMs: Math.max(lab.target.timeouts.close, 60_000) * 2,
    settleMs: SETTLE_MS,
  });

const times = (series: Record<string, Followed[]>): Measured[] =>
  Object.entries(series).map(([what, all]) => ({
    what: `${what}, per address`,
    unit: "ms" as const,
    values: all.flatMap(({ ms }) => ms ?? []),
  }));

function judged({ target }: Lab, series: Record<string, Followed[]>): Outcome {
  const all = Object.values(series).flat();
  const measured: Measured[] = [
    ...times(series),
    { what: "addresses", seen: `${new Set(all.map(({ address }) => address)).size}` },
  ];
  if (all.some(({ ms }) => ms === undefined))
    return differs(
      "Some address did not follow within twice `timeouts.close`: look whether it is in service, and raise `timeouts.close`",
      measured,
    );
  if (all.some(({ wentBack }) => wentBack))
    return differs(
      "An address went back after it had followed: raise `probes.consecutive`, which is how many answers in a row prove the page",
      measured,
    );
  const slowest = Math.max(...all.map(({ ms = 0 }) => ms));
  return slowest > target.timeouts.close
    ? differs(`Raise \`timeouts.close\` to ${Math.ceil((slowest * 2) / 1_000)}s or more`, measured)
    : asAssumed(measured);
}
