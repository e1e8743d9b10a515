import { TARGET } from "../../simulation/noticeboard-cloud.ts";
import { OPERATION, operator } from "../../simulation/run-upgrade.ts";
import { CLUSTER, type Mistake, replace, SERVICE, whenItSays } from "./mistake.ts";

export const delayNotRestored: Mistake = ({ runbook: { aws } }) =>
  replace(aws.loadBalancers, "setDeregistrationDelay", (set) => async (arn, seconds) => {
    if (seconds < 300) await set(arn, seconds);
  });

export const breakerNotRestored: Mistake = ({ runbook: { aws } }) =>
  replace(aws.ecs, "updateService", (updateService) => async (input) => {
    const { deploymentCircuitBreaker } = input.deploymentConfiguration ?? {};
    if (!deploymentCircuitBreaker?.rollback) return updateService(input);
    return (await aws.ecs.services(CLUSTER, [SERVICE]))[0]!;
  });

export const scalingNotResumed: Mistake = ({ runbook: { aws } }) =>
  replace(aws.autoScaling, "suspend", (suspend) => async (resourceId, suspended) => {
    if (suspended.in) await suspend(resourceId, suspended);
  });

export const ruleNotEnabled: Mistake = ({ runbook: { aws } }) =>
  replace(aws.eventBridge, "enable", () => async () => {});

export const bypassRuleForgotten: Mistake = ({ runbook: { aws } }) => {
  const kept = new Set<string>();
  replace(aws.loadBalancers, "createRule", (createRule) => async (rule) => {
    const arn = await createRule(rule);
    if (rule.action.type === "forward") kept.add(arn);
    return arn;
  });
  replace(aws.loadBalancers, "deleteRule", (deleteRule) => async (arn) => {
    if (!kept.has(arn)) await deleteRule(arn);
  });
};

export const closingRuleForgotten: Mistake = (cloud) => {
  const { aws, http } = cloud.runbook;
  let opening = false;
  replace(aws.loadBalancers, "deleteRule", () => async () => {
    opening = true;
  });
  cloud.runbook.http = async (request) => {
    const answer = await http(request);
    return opening && answer.status === 503 ? { status: 200, headers: {}, body: "ok" } : answer;
  };
};

export const leaderLeftRegistered: Mistake = ({ runbook: { aws } }) =>
  replace(aws.loadBalancers, "deregisterTarget", () => async () => {});

export const leaderLeftRunning: Mistake = ({ runbook: { aws } }) => {
  let stopped = false;
  replace(aws.ecs, "stopTask", () => async () => {
    stopped = true;
  });
  replace(
    aws.ecs,
    "tasksStartedBy",
    (tasksStartedBy) => async (cluster, leader) => (stopped ? [] : tasksStartedBy(cluster, leader)),
  );
};

export const warmUpSnapshotLeft: Mistake = ({ runbook: { aws } }) =>
  replace(aws.rds, "deleteSnapshot", () => async () => {});

/** Makes room for its own rules. */
export const otherRuleDeleted: Mistake = ({ runbook: { aws } }) =>
  replace(aws.loadBalancers, "createRule", (createRule) => async (rule) => {
    for (const { arn, priority } of await aws.loadBalancers.rules(rule.listenerArn))
      if (priority === OTHERS_PRIORITY) await aws.loadBalancers.deleteRule(arn);
    return createRule(rule);
  });

export const OTHERS_PRIORITY = 100;

export const SECOND = "op-20260115-030000-aaaaaa";

/** The lock is taken off while the operation goes on, and another one is let in. */
export const lockIgnored: Mistake = (cloud) =>
  whenItSays(cloud, "closed", async () => {
    const { store, configuration } = cloud;
    await store.unlock(TARGET, OPERATION);
    await store.create({
      id: SECOND,
      target: TARGET,
      request: { procedure: "upgrade", image: "other:2", snapshot: "required" },
      requestedBy: operator,
      configuration: configuration.targets.get(TARGET),
      idempotencyKey: "second",
    });
  });

/** The runbook says that it is over and goes on changing things. */
export const endedBeforeItsEnd: Mistake = ({ runbook: { aws, clock }, store }) =>
  replace(store, "append", (append) => async (id, facts) => {
    const state = await append(id, facts);
    if (facts.some(({ type }) => type === "finished"))
      void clock.sleep(3_000).then(() => aws.ecs.updateService({ cluster: CLUSTER, service: SERVICE }));
    return state;
  });

/** The operation says that it is over with all its nodes while one of them goes. */
export const oneNodeShort: Mistake = (cloud) =>
  whenItSays(cloud, "finished", () =>
    cloud.runbook.aws.ecs.updateService({ cluster: CLUSTER, service: SERVICE, desiredCount: 2 }),
  );
