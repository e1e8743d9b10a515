import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateDBSnapshotCommand, RDSClient } from "@aws-sdk/client-rds";
import { NEW_IMAGE } from "../../test/simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";
import { type CallTimes, configWithCallTimes } from "./call-times.ts";
import { withImage } from "./with-image.ts";

export type Clients = { ecs: ECSClient; elb: ElasticLoadBalancingV2Client; rds: RDSClient };

/** How a runbook by hand makes its calls and waits. Each wait throws where its waiter gives up. */
export type Means = {
  /** What a call costs besides the call itself: the start of a process, or nothing. */
  beforeCall(): Promise<void>;
  tasksStopped(clients: Clients, what: { cluster: string; tasks: string[] }): Promise<unknown>;
  snapshotAvailable(
    clients: Clients,
    what: { DBInstanceIdentifier: string; DBSnapshotIdentifier: string },
  ): Promise<unknown>;
  servicesStable(clients: Clients, what: { cluster: string; services: string[] }): Promise<unknown>;
  targetsInService(clients: Clients, what: { TargetGroupArn: string }): Promise<unknown>;
};

/** What the script is told: the first service is the one that migrates. */
export type ByHand = {
  cluster: string;
  services: string[];
  listenerArns: string[];
  database: string;
  role: string;
  times: CallTimes;
};

/**
 * The steps of bench/peers/runbook.sh, one for one: the calls in their order, and the waits between them. What differs between people who work
 * by hand is what they wait with.
 */
export async function upgradeByHand(
  cloud: SimulatedCloud,
  { role, times, ...target }: ByHand,
  means: Means,
): Promise<void> {
  const { cluster, services, listenerArns, database } = target;
  const config = configWithCallTimes(cloud, role, times);
  const clients = {
    ecs: new ECSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    rds: new RDSClient(config),
  };
  const { ecs, elb, rds } = clients;
  const call = async <Answer>(send: () => Promise<Answer>): Promise<Answer> => {
    await means.beforeCall();
    return send();
  };
  const describe = async (service: string) => {
    const { services: found = [] } = await call(() =>
      ecs.send(new DescribeServicesCommand({ cluster, services: [service] })),
    );
    return found[0]!;
  };
  const update = (service: string, changes: { taskDefinition?: string; desiredCount: number }) =>
    call(() => ecs.send(new UpdateServiceCommand({ cluster, service, ...changes })));

  const desired = new Map<string, number>();
  const revision = new Map<string, string>();
  for (const service of services) {
    desired.set(service, (await describe(service)).desiredCount!);
    const { taskDefinition: current } = await describe(service);
    const { taskDefinition } = await call(() =>
      ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: current })),
    );
    const { taskDefinition: registered } = await call(() =>
      ecs.send(new RegisterTaskDefinitionCommand(withImage(taskDefinition!, NEW_IMAGE))),
    );
    revision.set(service, registered!.taskDefinitionArn!);
  }

  const rules: string[] = [];
  for (const ListenerArn of listenerArns) {
    const { Rules = [] } = await call(() =>
      elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority: 1,
          Conditions: [{ Field: "path-pattern", Values: ["*"] }],
          Actions: [
            {
              Type: "fixed-response",
              FixedResponseConfig: {
                StatusCode: "503",
                ContentType: "text/html",
                MessageBody: "<h1>Maintenance</h1>",
              },
            },
          ],
        }),
      ),
    );
    rules.push(Rules[0]!.RuleArn!);
  }

  const tasks: string[] = [];
  for (const service of services) {
    const { taskArns = [] } = await call(() => ecs.send(new ListTasksCommand({ cluster, serviceName: service })));
    tasks.push(...taskArns);
    await update(service, { desiredCount: 0 });
  }
  await means.tasksStopped(clients, { cluster, tasks });

  const snapshot = { DBInstanceIdentifier: database, DBSnapshotIdentifier: `${database}-before-20260115020000` };
  await call(() => rds.send(new CreateDBSnapshotCommand(snapshot)));
  await means.snapshotAvailable(clients, snapshot);

  const leader = services[0]!;
  await update(leader, { taskDefinition: revision.get(leader), desiredCount: 1 });
  await means.servicesStable(clients, { cluster, services: [leader] });
  const { loadBalancers = [] } = await describe(leader);
  for (const { targetGroupArn } of loadBalancers)
    await means.targetsInService(clients, { TargetGroupArn: targetGroupArn! });

  for (const service of services)
    await update(service, { taskDefinition: revision.get(service), desiredCount: desired.get(service)! });
  await means.servicesStable(clients, { cluster, services });

  for (const RuleArn of rules) await call(() => elb.send(new DeleteRuleCommand({ RuleArn })));
}
