import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateDBSnapshotCommand, RDSClient } from "@aws-sdk/client-rds";
import { createTargetGroups, deregistrationDelayInput, healthCheckInput } from "../../src/aws/target-groups.ts";
import { timesInside } from "../../src/procedures/quick-health-checks.ts";
import { presetOf } from "../../src/targets/presets/preset.ts";
import { NEW_IMAGE } from "../../test/simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";
import { DRAIN_SECONDS, type Profile, readyAfterMs } from "../profiles/profile.ts";
import { putUpPages } from "./pages.ts";
import { seen } from "./seen.ts";
import { withImage } from "./with-image.ts";

type What = { profile: Profile; role: string };

/**
 * The same upgrade by somebody who knows at once what comes true: each call is made at the very moment when the cloud's own log has what it must follow,
 * and takes no time. Nothing is looked at, verified, or written down for whoever must undo it. Nobody can work like that: it shows whether the critical
 * path can be walked.
 */
export async function upgradeByOracle(cloud: SimulatedCloud, { profile, role }: What): Promise<void> {
  const config = cloud.configFor(role);
  const [ecs, elb, rds] = [new ECSClient(config), new ElasticLoadBalancingV2Client(config), new RDSClient(config)];
  const { clock, log, switches } = cloud.world;
  const target = [...cloud.configuration.targets.values()][0]!;
  const { cluster } = target;

  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: target.services.map(({ name }) => name) }),
  );
  const byName = (name: string) => services.find(({ serviceName }) => serviceName === name)!;
  const ordered = target.services.map(({ name }) => byName(name));
  const nodes = ordered.reduce((sum, { desiredCount = 0 }) => sum + desiredCount, 0);
  const isOfTarget = (group: string) => ordered.some(({ serviceName }) => group === `service:${serviceName}`);
  const isUnbalanced = (group: string) =>
    isOfTarget(group) && !byName(group.slice("service:".length)).loadBalancers?.length;
  const groups = ordered.flatMap(({ loadBalancers = [] }) => loadBalancers.map((each) => each.targetGroupArn!));
  const revisions: string[] = [];
  for (const { taskDefinition: current } of ordered) {
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: current }));
    const registered = await ecs.send(new RegisterTaskDefinitionCommand(withImage(taskDefinition!, NEW_IMAGE)));
    revisions.push(registered.taskDefinition!.taskDefinitionArn!);
  }
  const backUp = async (DBSnapshotIdentifier: string) => {
    const available = seen(log, 1, (event) =>
      event.kind === "snapshot" && event.status === "available" ? event.identifier : undefined,
    );
    await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "noticeboard-db", DBSnapshotIdentifier }));
    await available;
  };
  const update = (service: Service, changes: { taskDefinition?: string; desiredCount: number }) =>
    ecs.send(new UpdateServiceCommand({ cluster, service: service.serviceArn, ...changes }));
  if (target.snapshot.warmUp) await backUp("before-the-window");
  for (const group of await createTargetGroups(elb).targetGroups(groups)) {
    const times = timesInside(target, group);
    if (times) await elb.send(new ModifyTargetGroupCommand(healthCheckInput(group.arn, times)));
  }

  const pages = await putUpPages(cloud, elb, groups);

  const shownAs = switches.executionStoppedAtVisible ? "DEPROVISIONING" : "STOPPED";
  const ended = seen(log, nodes, (event) =>
    event.kind === "task" && isOfTarget(event.group) && event.lastStatus === shownAs ? event.taskArn : undefined,
  );
  for (const TargetGroupArn of groups)
    await elb.send(new ModifyTargetGroupAttributesCommand(deregistrationDelayInput(TargetGroupArn, DRAIN_SECONDS)));
  for (const service of ordered) await update(service, { desiredCount: 0 });
  await ended;
  await backUp("in-the-window");

  const [leading] = ordered;
  const environment = Object.entries(presetOf(target).leaderEnvironment).map(([name, value]) => ({ name, value }));
  const started = seen(log, 1, (event) =>
    event.kind === "container" && event.change === "started" ? event.taskArn : undefined,
  );
  const { tasks: [leader] = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: revisions[0],
      launchType: leading!.launchType,
      networkConfiguration: leading!.networkConfiguration,
      overrides: { containerOverrides: [{ name: "app", environment }] },
    }),
  );
  await started;
  await clock.sleep(readyAfterMs(profile));

  const serving = seen(log, nodes, (event) => {
    if (event.kind === "target" && event.change === "health" && event.state === "healthy")
      return groups.includes(event.targetGroupArn) ? event.id : undefined;
    return event.kind === "task" && event.lastStatus === "RUNNING" && isUnbalanced(event.group)
      ? event.taskArn
      : undefined;
  });
  for (const [index, service] of ordered.entries())
    await update(service, { taskDefinition: revisions[index], desiredCount: service.desiredCount! });
  await serving;
  for (const RuleArn of pages) await elb.send(new DeleteRuleCommand({ RuleArn }));
  await ecs.send(new StopTaskCommand({ cluster, task: leader!.taskArn }));
}
