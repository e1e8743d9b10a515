import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

/** What measurements change, as AWS answers it. */
export async function stateOf({ runbook: { aws }, store }: SimulatedCloud) {
  const [service] = await aws.ecs.services("noticeboard", ["noticeboard"]);
  const [group] = await aws.loadBalancers.targetGroups(
    service!.loadBalancers.map(({ targetGroupArn }) => targetGroupArn),
  );
  const listeners = await aws.loadBalancers.listeners(group!.loadBalancerArns[0]!);
  const targets = await aws.loadBalancers.targetHealth(group!.arn);
  const snapshots = await aws.rds.snapshotsOf({ kind: "instance", identifier: "noticeboard-db" });
  return {
    count: service!.desiredCount,
    settings: {
      ...service!.settings,
      deploymentConfiguration: withDefaults(service!.settings.deploymentConfiguration),
    },
    delay: group!.deregistrationDelaySeconds,
    rules: (await Promise.all(listeners.map(({ arn }) => aws.loadBalancers.rules(arn)))).flat().map(({ arn }) => arn),
    strangers: targets.filter(({ port, state }) => port !== 3000 && state !== "draining"),
    snapshots: snapshots.map(({ identifier }) => identifier),
    databases: (await aws.rds.databases()).map(({ identifier, status }) => `${identifier} ${status}`),
    lock: await store.lockHolder("staging"),
  };
}

/** A breaker that was given its defaults says them, and is no other for that. */
const withDefaults = ({ deploymentCircuitBreaker: breaker, ...others }: Record<string, unknown>) => ({
  ...others,
  deploymentCircuitBreaker: {
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: "BOUNDED_PERCENT", value: 50 },
    ...(breaker as object),
  },
});
