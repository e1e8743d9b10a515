import {
  ApplicationAutoScalingClient,
  DescribeScheduledActionsCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient, ListRuleNamesByTargetCommand } from "@aws-sdk/client-eventbridge";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { parseSeed, SeedError } from "../../../src/sandbox/seed/load-seed.ts";
import type { SimulatedProgram } from "../../../src/sandbox/substrate/simulated/containers.ts";
import { simulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const SHAPES = `
images: { "crm:1": { command: [crm] } }
clusters: [crm]
loadBalancers: { crm: { targetGroups: { crm-web: {} }, listeners: [{ port: 80, default: { targetGroup: crm-web } }] } }
containerInstances: [{ cluster: crm }, { cluster: crm, memory: 1024 }]
taskDefinitions:
  crm-web:
    network: bridge
    volumes: { storage: { fileSystem: fs-0a } }
    containers: [{ name: app, image: "crm:1", port: 3000, mounts: { storage: /app/storage }, logGroup: /crm }]
  crm-worker:
    containers:
      - { name: app, image: "crm:1", port: 3000, portName: http, dependsOn: { setup: START } }
      - { name: setup, image: "crm:1", essential: false }
services:
  crm-web: { cluster: crm, taskDefinition: crm-web, launchType: EC2, desiredCount: 2, loadBalancers: [{ targetGroup: crm-web, container: app, port: 3000 }] }
  crm-agent: { cluster: crm, taskDefinition: crm-web, launchType: EC2, daemon: true }
  crm-worker: { cluster: crm, taskDefinition: crm-worker, spot: true, serviceConnect: { namespace: crm, offers: [http] } }
  crm-blue: { cluster: crm, taskDefinition: crm-worker, deploymentController: CODE_DEPLOY }
scheduledTasks:
  mail: { cluster: crm, taskDefinition: crm-worker, schedule: rate(1 day) }
  night: { cluster: crm, taskDefinition: crm-web, schedule: "cron(0 2 * * ? *)", timezone: Europe/Berlin, by: scheduler, enabled: false }
scalableTargets:
  - { service: crm-worker, min: 1, max: 4, targetCpuPercent: 60, scheduledActions: { night: { schedule: "cron(0 22 * * ? *)", max: 1 } } }
intermission: { targets: { crm: { app: nocobase, url: "{loadBalancer.crm.url}", cluster: crm, services: [{ name: crm-web, container: app }], database: none } } }
`;

const server: SimulatedProgram = ({ host, port, container, hosts, exit }) => {
  if (container === "app") hosts.listen(host, port, async () => ({ status: 200, headers: {}, body: "ok" }));
  return { signal: () => exit(143) };
};

test("a seed makes services of every shape, and what else runs tasks", () =>
  inVirtualTime(async () => {
    const cloud = await simulatedCloud({ seed: SHAPES, programs: () => ({ "crm:1": server }) });
    const ecs = new ECSClient(cloud.operator);
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: "crm", services: ["crm-web", "crm-agent", "crm-worker", "crm-blue"] }),
    );
    expect(services).toMatchObject([
      { launchType: "EC2", runningCount: 2 },
      { schedulingStrategy: "DAEMON", runningCount: 2 },
      { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }], runningCount: 1 },
      { deploymentController: { type: "CODE_DEPLOY" }, taskSets: [{ stabilityStatus: "STEADY_STATE" }] },
    ]);
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "crm-web" }));
    expect(taskDefinition).toMatchObject({
      volumes: [{ name: "storage", efsVolumeConfiguration: { fileSystemId: "fs-0a" } }],
      containerDefinitions: [
        { mountPoints: [{ containerPath: "/app/storage" }], logConfiguration: { logDriver: "awslogs" } },
      ],
    });

    const TargetArn = "arn:aws:ecs:eu-central-1:111122223333:cluster/crm";
    const rules = await new EventBridgeClient(cloud.operator).send(new ListRuleNamesByTargetCommand({ TargetArn }));
    expect(rules.RuleNames).toEqual(["mail"]);
    const night = await new SchedulerClient(cloud.operator).send(new GetScheduleCommand({ Name: "night" }));
    expect(night).toMatchObject({
      State: "DISABLED",
      ScheduleExpressionTimezone: "Europe/Berlin",
      Target: { Arn: TargetArn },
    });
    const { ScheduledActions } = await new ApplicationAutoScalingClient(cloud.operator).send(
      new DescribeScheduledActionsCommand({ ServiceNamespace: "ecs" }),
    );
    expect(ScheduledActions).toMatchObject([
      { ScheduledActionName: "night", ScalableTargetAction: { MaxCapacity: 1 } },
    ]);
    expect(cloud.bugs).toEqual([]);
    await cloud.ecs.stop();
    await cloud.elb.stop();
    cloud.world.timers.clear();
  }));

test("volumes, containers, clusters and families that are not there are named", async () => {
  const wrong = SHAPES.replace("mounts: { storage:", "mounts: { storaeg:")
    .replace("dependsOn: { setup:", "dependsOn: { setpu:")
    .replace("- { cluster: crm }", "- { cluster: cmr }")
    .replace("containerInstances: [{ cluster: crm }", "containerInstances: [{ cluster: cmr }")
    .replace("mail: { cluster: crm, taskDefinition: crm-worker", "mail: { cluster: crm, taskDefinition: crm-wroker");
  const error = await parseSeed(wrong, { fileName: "sandbox.yml", directory: "/tmp" }).catch(
    (reason: unknown) => reason,
  );
  expect((error as SeedError).problems).toEqual([
    expect.stringMatching(/^taskDefinitions\.crm-web\.containers\[0\]\.mounts\.storaeg: .*did you mean "storage"/),
    expect.stringMatching(/^taskDefinitions\.crm-worker\.containers\[0\]\.dependsOn\.setpu: .*did you mean "setup"/),
    expect.stringMatching(/^containerInstances\[0\]\.cluster: expected one of clusters: crm, found "cmr"/),
    expect.stringMatching(/^scheduledTasks\.mail\.taskDefinition: .*did you mean "crm-worker"/),
  ]);
  expect(error).toBeInstanceOf(SeedError);
});
