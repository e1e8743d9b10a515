import {
  CreateCapacityProviderCommand,
  ECSClient,
  PutClusterCapacityProvidersCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { DisableRuleCommand, EventBridgeClient, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { ModifyDBClusterCommand, ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { DeleteScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import type { OperationRequest } from "../../../src/operations/operation.ts";
import type { SimulatedProgram } from "../../../src/sandbox/substrate/simulated/containers.ts";
import type { Answer } from "../../simulation/answers.ts";
import { onAurora } from "../../simulation/database-seeds.ts";
import { type NoticeboardCloudOptions, OLD_IMAGE } from "../../simulation/noticeboard-cloud.ts";
import { OPERATION, upgradeRequest } from "../../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** A cloud, and the operations that follow one another in it. */
export type Scenario = {
  name: string;
  cloud: NoticeboardCloudOptions;
  arrange?: (cloud: SimulatedCloud) => Promise<unknown>;
  /** What changes after the operations, before a last look at it all. */
  afterwards?: (cloud: SimulatedCloud) => Promise<unknown>;
  operations: {
    request: OperationRequest;
    answers?: Answer[];
    meddle?: (cloud: SimulatedCloud) => unknown;
    status: string;
  }[];
};

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const KEY = "arn:aws:kms:us-east-1:111122223333:key/0f6c3d5e-0002-4000-8000-000000000002";
const REPORTS_DIGEST = `sha256:${"3".repeat(64)}`;
const REPORTS_IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/reports:3";
/** AWS in a hurry: what is waited for proves nothing here. */
export const LATENCIES = [
  "rds: { snapshotMs: 1000, instanceMs: 3000, clusterMs: 3000, modifyMs: 1000, rebootMs: 1000, renameMs: 2000, renameDnsMs: 2000, deleteMs: 2000 }",
  "ecs: { schedulerTickMs: 1000, provisioningMs: 1000, pullMs: 1000, deprovisioningMs: 1000 }",
  "elb: { rulePropagationMinimumMs: 200, rulePropagationMaximumMs: 500, registrationMs: 500 }",
];

const endsSoon: SimulatedProgram = ({ clock, exit }) => {
  void clock.sleep(1_000).then(() => exit(0));
  return { signal: () => exit(143) };
};

const soon = (when: Answer["when"], what: Answer["what"]): Answer => ({ when, what, afterMs: 1_000 });

/** RDS cannot restore, once. */
const breakNextRestore = ({ databases }: SimulatedCloud) => {
  const { restore } = databases;
  databases.restore = async () => {
    databases.restore = restore;
    throw new Error("the snapshot's storage cannot be read");
  };
};

/** Nothing is left to pause, and no minute is waited for what might still start. */
async function letNothingStart({ operator }: SimulatedCloud) {
  const events = new EventBridgeClient(operator);
  for (const Name of ["by-rule", "by-watching-rule"]) await events.send(new DisableRuleCommand({ Name }));
  await new SchedulerClient(operator).send(new DeleteScheduleCommand({ Name: "by-schedule" }));
}

/** An instance with everything that an instance can have around it, other writers that are paused, and a listener without room. */
const instance: Scenario = {
  name: "an upgrade of a crowded target, and its rollback",
  cloud: {
    migrationMs: 1_000,
    latencies: LATENCIES,
    neighbour: true,
    programs: () => ({ [REPORTS_DIGEST]: endsSoon }),
    target: [
      "otherWriters: pause",
      "loadBalancer: { movePriorities: true }",
      "snapshot: { warmUp: true }",
      "restore: { fence: sg-fence-noticeboard }",
    ],
    seed: `
clusters: [noticeboard, jobs]
images:
  ${REPORTS_IMAGE}: { command: [report], digest: "${REPORTS_DIGEST}" }
databases:
  noticeboard-db: { kmsKey: "${KEY}" }
  noticeboard-proxy: { kind: proxy, of: noticeboard-db }
loadBalancers:
  noticeboard:
    targetGroups: { noticeboard: { healthCheck: { intervalSeconds: 10 } } }
    listeners:
      - port: 8080
        default: { targetGroup: wiki }
        rules:
          - { priority: 1, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 2, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }
taskDefinitions:
  noticeboard:
    taskRoleArn: "${role("noticeboard")}"
    executionRoleArn: "${role("pulls")}"
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        logGroup: /ecs/noticeboard
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
  nightly-report:
    containers:
      - { name: report, image: "${REPORTS_IMAGE}", environment: { DATABASE_URL: "{database.noticeboard-db.url}" } }
scheduledTasks:
  by-rule: { cluster: jobs, taskDefinition: nightly-report, schedule: "cron(1 3 * * ? *)" }
  by-watching-rule: { cluster: jobs, taskDefinition: nightly-report, schedule: "cron(2 3 * * ? *)" }
  by-schedule: { cluster: jobs, taskDefinition: nightly-report, schedule: "cron(3 3 * * ? *)", by: scheduler, timezone: Europe/Berlin }
intermission:
  targets:
    noticeboard:
      services:
        - { name: noticeboard, container: app, ready: { log: "/^app has been (started|restarted)$/" } }
`,
  },
  async arrange({ operator }) {
    await new RDSClient(operator).send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: "noticeboard-db",
        CopyTagsToSnapshot: true,
        MonitoringInterval: 60,
        MonitoringRoleArn: role("rds-monitoring"),
        ApplyImmediately: true,
      }),
    );
    await new EventBridgeClient(operator).send(
      new PutRuleCommand({
        Name: "by-watching-rule",
        ScheduleExpression: "cron(2 3 * * ? *)",
        State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        RoleArn: role("rules"),
      }),
    );
  },
  operations: [
    { request: upgradeRequest(), status: "succeeded" },
    {
      request: { procedure: "rollback", of: OPERATION, restore: "repoint" },
      meddle: async (cloud) => {
        breakNextRestore(cloud);
        await letNothingStart(cloud);
      },
      answers: [soon("held", "rollback")],
      status: "succeeded",
    },
  ],
};

/** Nodes on instances that a capacity provider has, a cluster of databases, and a migration that fails. */
const cluster: Scenario = {
  name: "an upgrade on Aurora that goes back by itself",
  cloud: {
    breakage: "migration",
    latencies: LATENCIES,
    target: ["restore: { fence: sg-fence-noticeboard }", "onFailure: rollback", "snapshot: { warmUp: true }"],
    seed: `${onAurora(`, kmsKey: "${KEY}"`)}`
      .replace("  noticeboard:\n    containers:", "  noticeboard:\n    network: bridge\n    containers:")
      .replace("        port: 3000", "        port: 3000\n        logGroup: /ecs/noticeboard")
      .concat(
        "containerInstances: [{ cluster: noticeboard }, { cluster: noticeboard }, { cluster: noticeboard }]\nservices: { noticeboard: { launchType: EC2 } }\n",
      ),
  },
  arrange: ({ operator }) =>
    new RDSClient(operator).send(
      new ModifyDBClusterCommand({
        DBClusterIdentifier: "noticeboard-aurora",
        CopyTagsToSnapshot: true,
        ApplyImmediately: true,
      }),
    ),
  async afterwards({ operator }) {
    const ecs = new ECSClient(operator);
    const cluster = "noticeboard";
    const autoScalingGroupArn =
      "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1:autoScalingGroupName/own";
    await ecs.send(
      new CreateCapacityProviderCommand({ name: "own", autoScalingGroupProvider: { autoScalingGroupArn } }),
    );
    const capacityProviderStrategy = [{ capacityProvider: "own", weight: 1 }];
    await ecs.send(
      new PutClusterCapacityProvidersCommand({
        cluster,
        capacityProviders: ["own"],
        defaultCapacityProviderStrategy: capacityProviderStrategy,
      }),
    );
    await ecs.send(new UpdateServiceCommand({ cluster, service: "noticeboard", capacityProviderStrategy }));
  },
  operations: [
    {
      request: upgradeRequest(),
      meddle: breakNextRestore,
      answers: [soon("held", "rollback")],
      status: "rolled-back",
    },
  ],
};

const firstStart: Scenario = {
  name: "a first start, and a maintenance afterwards",
  cloud: { installMs: 1_000, latencies: LATENCIES },
  operations: [
    {
      request: {
        procedure: "first-start",
        database: "empty",
        evenIf: [],
        pause: false,
        snapshot: "required",
        counts: { noticeboard: 2 },
      },
      status: "succeeded",
    },
    {
      request: {
        procedure: "maintenance",
        traffic: "closed",
        within: "1h",
        otherwise: "hold",
        snapshot: "required",
      } as never,
      answers: [soon("maintenance", "proceed")],
      status: "succeeded",
    },
  ],
};

export const scenarios = [instance, cluster, firstStart];
