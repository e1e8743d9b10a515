import { total } from "../cost/cost.ts";
import { PRICES } from "../cost/prices.ts";
import type { MeasuredCost } from "../measure/measure-cost.ts";
import { runnerTitles, type Table } from "./tables.ts";

const cents = (usd: number): string => (usd * 100).toFixed(2);

export const costTable = ({ profile, runners, stepFunctions }: MeasuredCost): Table => ({
  title: `${profile}: what one upgrade costs, in US cents (${PRICES.asOf})`,
  head: ["what is charged", "how much", "cents"],
  rows: [
    ...runners.flatMap(({ runner, lines }) => [
      ...lines.map(({ what, amount, usd }) => [`${runnerTitles[runner]}: ${what}`, amount, cents(usd)]),
      ...(lines.length > 1 ? [[`${runnerTitles[runner]}: all`, "", cents(total(lines))]] : []),
    ]),
    ...stepFunctions.map(({ pollSeconds, transitions, usd }) => [
      `sketch on Step Functions, a look each ${pollSeconds} s`,
      `${transitions} transitions`,
      cents(usd),
    ]),
  ],
});

/** What each of them asks of AWS. Of what ours writes down for itself only the sum. */
export function callTable({ profile, runners }: MeasuredCost): Table {
  const nameOf = (service: string, operation: string) =>
    service === "DynamoDB" ? "DynamoDB (its own table)" : `${service} ${operation}`;
  const counts = runners.map(({ calls }) => {
    const byName = new Map<string, number>();
    for (const { service, operation, calls: count } of calls) {
      const name = nameOf(service, operation);
      byName.set(name, (byName.get(name) ?? 0) + count);
    }
    return byName;
  });
  const names = [...new Set(counts.flatMap((byName) => [...byName.keys()]))];
  const all = counts.map((byName) => [...byName.values()].reduce((sum, count) => sum + count, 0));
  return {
    title: `${profile}: calls of AWS in one upgrade`,
    head: ["operation", ...runners.map(({ runner }) => runnerTitles[runner])],
    rows: [
      ...names
        .toSorted((a, b) => (counts[0]?.get(b) ?? 0) - (counts[0]?.get(a) ?? 0) || (a < b ? -1 : 1))
        .map((name) => [name, ...counts.map((byName) => String(byName.get(name) ?? 0))]),
      ["all", ...all.map(String)],
    ],
  };
}
