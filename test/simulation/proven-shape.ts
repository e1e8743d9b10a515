import { expect } from "vitest";
import { planAsText } from "../../src/api/text/plan.ts";
import type { OperationEvent } from "../../src/operations/event.ts";
import type { Mutation, UpgradeRequest } from "../../src/operations/operation.ts";
import type { Plan } from "../../src/operations/plan.ts";
import { createPlanner } from "../../src/procedures/plan.ts";
import { judgedUpgrade, type Meddling } from "./judged-upgrade.ts";
import { TARGET } from "./noticeboard-cloud.ts";
import { OPERATION, upgradeRequest } from "./run-upgrade.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import { timeline } from "./timeline.ts";

/**
 * One shape of target, upgraded among visitors in virtual time: the plan and the timeline are as the golden files have them, the run made the
 * very mutations that the plan announced, and the checker finds nothing wrong. `leftovers` are those that the plan has warned of.
 */
export async function provenShape(
  name: string,
  meddling: Meddling = {},
  { leftovers = [] }: { leftovers?: unknown[] } = {},
) {
  let plan: Plan | undefined;
  const run = await judgedUpgrade({
    ...meddling,
    async meddle(cloud) {
      await meddling.meddle?.(cloud);
      plan = await planOf(cloud, meddling.run?.request);
    },
  });
  const shown = peculiar(name, { plan: plan!, events: run.events });
  await expect(peculiarText(name, shown.plan)).toMatchFileSnapshot(`../golden/shapes/${name}.plan.txt`);
  await expect(timeline(shown.events)).toMatchFileSnapshot(`../golden/shapes/${name}.timeline.txt`);
  expect(run.cloud.bugs).toEqual([]);
  expect(run.violations).toEqual([]);
  expect(run.state).toMatchObject({ status: "succeeded", leftovers });
  expect(run.state.mutations.map(comparable)).toEqual(plan!.mutations.map(comparable));
  // src/procedures/waits.ts lists the polls of the phases: a new one belongs there, or the plan would not tell of it.
  expect(run.waits).toEqual(plan!.waits.map(({ phase, until }) => named(`${phase}/${until}`)));
  return { ...run, plan: plan! };
}

/** A shape that is refused: what the checks that failed say, and that nothing was touched. */
export async function refusedShape(name: string, meddling: Meddling = {}, { isDown = false } = {}) {
  const run = await judgedUpgrade(meddling);
  const advice = run.state.checks
    .filter(({ outcome }) => outcome === "failed")
    .map(({ name, looked, expected, found, fix }) =>
      [name, `  looked at  ${looked}`, `  expected   ${expected}`, `  found      ${found}`, `  fix        ${fix}`].join(
        "\n",
      ),
    );
  // Where nothing runs nothing is scheduled, and virtual time would stand still while the file is read.
  const pulse = setInterval(() => {}, 60_000);
  await expect(`${advice.join("\n")}\n`).toMatchFileSnapshot(`../golden/shapes/${name}.refusal.txt`);
  clearInterval(pulse);
  expect(run.state).toMatchObject({ status: "refused", mutations: [] });
  // Where nobody is served nobody can write.
  expect(run.violations.filter(({ invariant }) => !(isDown && invariant === 8))).toEqual([]);
  return run;
}

export const planOf = (cloud: SimulatedCloud, request?: Partial<UpgradeRequest>): Promise<Plan> =>
  createPlanner(cloud.runbook).plan(cloud.configuration.targets.get(TARGET)!, upgradeRequest(request));

/** The plain target's golden files have every check, the others' only those that want something of somebody. */
function peculiar(name: string, { plan, events }: { plan: Plan; events: OperationEvent[] }) {
  if (name === "plain") return { plan, events };
  return {
    plan: { ...plan, checks: plan.checks.filter(({ outcome }) => outcome !== "passed") },
    events: events.filter((event) => event.type !== "check" || event.check.outcome !== "passed"),
  };
}

/** Without a count of checks that are not all there, and without a table of none. */
function peculiarText(name: string, plan: Plan): string {
  const text = planAsText(plan);
  if (name === "plain") return text;
  const counted = text.replace(/^checks .*$/m, "checks      those that passed are left out here");
  return plan.checks.length > 0 ? counted : counted.replace(/^CHECKS\n[\s\S]*?(?=^FORECAST$)/m, "");
}

const named = (text: string) => text.replaceAll("op-00000000-000000-000000", OPERATION);

/** Without what a plan cannot know: the operation's id, when the window ends, the numbers of new revisions, the leader's address, and its port where it gets any. */
export function comparable(mutation: Mutation): Mutation {
  const text = JSON.stringify(mutation)
    .replaceAll(OPERATION, "op-00000000-000000-000000")
    .replace(/("Key":"intermission:expires","Value":")[^"]*/g, "$1when the deadlines of the window are over")
    .replace(/\b\d\d:\d\d UTC\b/g, "when the site is back")
    // The same moment, in the script that hides the sentence once it is over.
    .replace(/6e4\+\d+/g, "6e4+0")
    .replace(/"taskDefinition":"[^"]*task-definition\/([^:"]+):\d+"/g, '"taskDefinition":"$1:new"');
  const same = JSON.parse(text) as Mutation;
  if (same.operation !== "RegisterTargets") return same;
  const [{ Port } = {}] = same.parameters.Targets as { Port?: unknown }[];
  return {
    ...same,
    parameters: { ...same.parameters, Targets: [{ Id: "the leader's", Port: isAnyPort(Port) ? "any" : Port }] },
  };
}

const FIRST_DYNAMIC_PORT = 32_768;
const isAnyPort = (port: unknown) => typeof port !== "number" || port >= FIRST_DYNAMIC_PORT;
