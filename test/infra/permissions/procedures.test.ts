import { expect, test } from "vitest";
import { exampleConfiguration, exampleOwn } from "../../../infra/permissions/example.ts";
import type { Grant } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import { createPlanner } from "../../../src/procedures/plan.ts";
import { noticeboardCloud, TARGET } from "../../simulation/noticeboard-cloud.ts";
import { OPERATION } from "../../simulation/operator.ts";
import { runProcedure } from "../../simulation/run-procedure.ts";
import { API_ROLE, RUNBOOK_ROLE, type SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { denials, grantsOfRunbook, permit, usedBy } from "./permitted-cloud.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** The operations of a scenario, one after another, by functions that may do what is derived from its target and nothing else. */
async function run(scenario: Scenario) {
  const cloud = await noticeboardCloud(scenario.cloud);
  await scenario.arrange?.(cloud);
  await cloud.world.clock.sleep(30_000);
  const permissions = await permit(cloud);
  const target = cloud.configuration.targets.get(TARGET)!;
  const { checks } = await createPlanner(cloud.api).plan(target, scenario.operations[0]!.request);
  const endings = [];
  for (const [index, operation] of scenario.operations.entries()) {
    await operation.meddle?.(cloud);
    const id = index === 0 ? OPERATION : "op-20260115-060000-77aa11";
    const { answers } = operation;
    const { state } = await runProcedure(cloud, { id, request: await requestIn(cloud, operation), answers });
    endings.push({ status: state.status, site: state.site, leftovers: state.leftovers });
  }
  await scenario.afterwards?.(cloud);
  for (const world of [cloud.api, cloud.runbook]) await createPlanner(world).describe(target);
  return {
    failed: checks.filter(({ outcome }) => outcome === "failed"),
    endings,
    denied: denials(cloud),
    bugs: cloud.bugs,
    granted: { api: actionsOf(permissions.api), runbook: actionsOf(grantsOfRunbook(permissions)) },
    used: { api: usedBy(cloud, API_ROLE), runbook: usedBy(cloud, RUNBOOK_ROLE) },
  };
}

/** What a rollback throws away must be said, and is known only once the upgrade is over. */
async function requestIn({ store }: SimulatedCloud, { request }: Scenario["operations"][number]) {
  if (request.procedure !== "rollback") return request;
  const upgrade = await store.get(request.of);
  return { ...request, discards: { from: upgrade!.window.openingAt! } };
}

const actionsOf = (grants: Grant[]) =>
  grants.flatMap(({ sid, actions }) => actions.map((action) => `${sid} ${action}`));

const runs = new Map<Scenario, ReturnType<typeof run>>();
/** Once for all tests of this file. */
function runOf(scenario: Scenario): ReturnType<typeof run> {
  const known = runs.get(scenario) ?? inVirtualTime(() => run(scenario));
  runs.set(scenario, known);
  return known;
}

const LIMIT = { timeout: 60_000 };

test.each(scenarios)("$name: no call is denied", LIMIT, async (scenario) => {
  const { failed, endings, denied, bugs } = await runOf(scenario);
  expect(denied).toEqual([]);
  expect(failed).toEqual([]);
  expect(endings).toEqual(scenario.operations.map(({ status }) => ({ status, site: "open", leftovers: [] })));
  expect(bugs).toEqual([]);
});

test("a run is the same to the last event as that of a runbook that may do everything", LIMIT, async () => {
  const { cloud: options, operations } = scenarios.at(-1)!;
  const eventsOf = ({ judged }: { judged: boolean }) =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(options);
      await permit(cloud, { judged });
      const { events } = await runProcedure(cloud, { request: operations[0]!.request });
      expect(usedBy(cloud, RUNBOOK_ROLE).length > 0).toBe(judged);
      return events;
    });
  expect(await eventsOf({ judged: true })).toEqual(await eventsOf({ judged: false }));
});

/** What no procedure calls here, and why it is granted nevertheless. test/infra/permissions/functions.test.ts has the calls of the engine. */
const NOT_HERE: Record<"api" | "runbook", Record<string, string>> = {
  runbook: {
    "LookAtTheClustersThemselves ecs:DescribeClusters": "every service of the sandbox says what its nodes run on",
    "DeleteRestoredMembers rds:DeleteDBInstance":
      "no member of a restored cluster breaks in the sandbox; refused.test.ts tries it",
    "PassRolesOfDatabases iam:PassRole": "the sandbox's databases have no roles, and are in no domain",
    "PassRolesOfVolumes iam:PassRole": "the sandbox has no volumes of EBS",
    "KeepCheckpoints lambda:CheckpointDurableExecution": "functions.test.ts",
    "KeepCheckpoints lambda:GetDurableExecutionState": "functions.test.ts",
  },
  api: {
    "LookAtTheClustersThemselves ecs:DescribeClusters": "every service of the sandbox says what its nodes run on",
    "RememberOperations dynamodb:PutItem": "functions.test.ts",
    "RememberOperations dynamodb:UpdateItem": "functions.test.ts",
    "StartRunbook lambda:InvokeFunction": "functions.test.ts",
    "TellDecisions lambda:SendDurableExecutionCallbackSuccess": "functions.test.ts",
  },
};
/** AWS itself makes these calls in the function's name. */
const OF_LAMBDA = ["WriteOwnLines", "UseTheNetwork", "UseOwnKey", "LeaveDeadLetters"];

test.each(["runbook", "api"] as const)("every action of %s is used by one of these", LIMIT, async (name) => {
  const all = await Promise.all(scenarios.map(runOf));
  const example = permissionsOf({ configuration: exampleConfiguration(), own: exampleOwn });
  const used = new Set(all.flatMap((each) => each.used[name]));
  const granted = new Set([
    ...all.flatMap((each) => each.granted[name]),
    ...actionsOf(name === "runbook" ? grantsOfRunbook(example) : example.api),
  ]);
  const unused = [...granted].filter((each) => !used.has(each) && !OF_LAMBDA.includes(each.split(" ")[0]!));
  expect(unused.toSorted()).toEqual(Object.keys(NOT_HERE[name]).toSorted());
});
