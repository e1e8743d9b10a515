import {
  DeleteServiceCommand,
  ECSClient,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect } from "vitest";
import { at, judgedUpgrade, startsOf } from "../../simulation/judged-upgrade.ts";
import { noticeboardCloud, OLD_IMAGE } from "../../simulation/noticeboard-cloud.ts";
import { planOf, refusedShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const ecsOf = ({ operator }: SimulatedCloud) => new ECSClient(operator);

describe("services that cannot be operated are refused, each with its reason", () => {
  const worker = (members: string) => ({ worker: true, seed: `services: { noticeboard-worker: { ${members} } }` });

  virtually("a DAEMON has no count that could be 0", async () => {
    await refusedShape("daemon", {
      cloud: {
        worker: true,
        seed: `
containerInstances: [{ cluster: noticeboard }]
taskDefinitions:
  noticeboard-worker:
    network: bridge
services: { noticeboard-worker: { daemon: true, launchType: EC2, desiredCount: 1 } }
`,
      },
    });
  });
  virtually("CodeDeploy owns its task sets", async () => {
    await refusedShape("code-deploy", { cloud: worker("deploymentController: CODE_DEPLOY") });
  });
  virtually("an external controller owns its task sets", async () => {
    await refusedShape("external-controller", { cloud: worker("deploymentController: EXTERNAL") });
  });
  virtually("blue/green deployments run both versions", async () => {
    await refusedShape("blue-green", { cloud: worker("strategy: BLUE_GREEN") });
  });
  virtually("a deleted service ends its tasks", async () => {
    const cloud = await noticeboardCloud({ worker: true, termMs: 28_000 });
    const service = { cluster: "noticeboard", service: "noticeboard-worker" };
    await ecsOf(cloud).send(new DeleteServiceCommand({ ...service, force: true }));
    const { checks } = await planOf(cloud);
    expect(checks.find(({ name }) => name === "services-exist")).toMatchObject({
      outcome: "failed",
      found: "noticeboard-worker is DRAINING: somebody has deleted it, and it ends its tasks",
    });
  });
});

describe("services that are not steady are refused, with what they do", () => {
  virtually("a deployment in progress, since when and of what", async () => {
    const { state } = await refusedShape("deploying", {
      cloud: { worker: true },
      arrange: async (cloud) => {
        const service = { cluster: "noticeboard", service: "noticeboard-worker" };
        await ecsOf(cloud).send(new UpdateServiceCommand({ ...service, forceNewDeployment: true }));
      },
    });
    expect(state.problem?.message).toMatch(/a deployment of noticeboard-worker:1 is in progress since 2026-/);
  });
  virtually("a deployment that failed", async () => {
    const { state } = await refusedShape("deployment-failed", {
      cloud: quick,
      arrange: ({ runbook: { aws } }) => {
        const { services } = aws.ecs;
        aws.ecs.services = async (cluster, names) =>
          (await services(cluster, names)).map((service) => ({
            ...service,
            deployments: service.deployments.map((deployment) => ({
              ...deployment,
              rolloutState: "FAILED",
              rolloutStateReason: "tasks failed to start",
            })),
          }));
      },
    });
    expect(state.problem?.message).toContain("failed at 2026-");
  });
  virtually("a node that is missing", async () => {
    await refusedShape("node-missing", {
      cloud: quick,
      arrange: ({ runbook: { aws } }) => {
        const { services } = aws.ecs;
        aws.ecs.services = async (cluster, names) =>
          (await services(cluster, names)).map((service) => ({ ...service, runningCount: 2 }));
      },
    });
  });
});

const protect = (minutes: number) => async (cloud: SimulatedCloud) => {
  const [task] = startsOf(cloud, "sha256:111");
  await ecsOf(cloud).send(
    new UpdateTaskProtectionCommand({
      cluster: "noticeboard",
      tasks: [task!.taskArn],
      protectionEnabled: true,
      expiresInMinutes: minutes,
    }),
  );
};

describe("a protected node", () => {
  virtually("is refused with its task, until when, and how to lift that", async () => {
    await refusedShape("protected", { cloud: quick, meddle: protect(600) });
  });

  virtually(
    "that became so since preflight is named when stopping takes too long, and everything is put back",
    async () => {
      const run = await judgedUpgrade({
        cloud: { ...quick, target: ["timeouts: { stop: 2m }"] },
        meddle: at("close/closed", protect(600)),
      });
      expect(run.violations).toEqual([]);
      expect(run.state).toMatchObject({ status: "rolled-back", problem: { code: "timed-out" }, leftovers: [] });
      expect(run.state.problem?.message).toContain("RUNNING, protected until 2026-01-15T");
      const said = run.events.flatMap((event) => (event.type === "progress" ? [event.message] : []));
      expect(said.find((message) => message.includes("is protected until"))).toContain("--no-protection-enabled");
    },
  );

  virtually("whose protection ends in time only lengthens the window", async () => {
    const run = await judgedUpgrade({ cloud: quick, meddle: at("close/closed", protect(3)) });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
  });
});

describe("task definitions", () => {
  virtually("whose next revision would have more than 64 KiB are refused before anything is locked", async () => {
    const variables = Array.from({ length: 16 }, (_, n) => `VARIABLE_${n}: "${"x".repeat(4_000)}"`).join(", ");
    const { state } = await refusedShape("too-large", {
      cloud: {
        seed: `
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}", ${variables}, LAST: "${"x".repeat(535)}" }
`,
      },
    });
    expect(state.checks.find(({ name }) => name === "revisions-can-be-registered")?.outcome).toBe("failed");
  });

  virtually("whose tag moved on are warned of: going back might start something else", async () => {
    const cloud = await noticeboardCloud(quick);
    const { digest } = cloud.runbook.aws.images;
    cloud.runbook.aws.images.digest = async (image) =>
      image === OLD_IMAGE ? `sha256:${"9".repeat(64)}` : digest(image);
    const plan = await planOf(cloud);
    expect(plan.checks.find(({ name }) => name === "nodes-run-one-image")).toMatchObject({
      outcome: "warned",
      found: `noticeboard runs sha256:111111111111… as ${OLD_IMAGE}, which is sha256:999999999999… by now`,
    });
  });

  virtually("nodes of one service on two digests are named", async () => {
    const cloud = await noticeboardCloud(quick);
    const { tasks } = cloud.runbook.aws.ecs;
    cloud.runbook.aws.ecs.tasks = async (cluster, arns) =>
      (await tasks(cluster, arns)).map((task, index) =>
        index > 0
          ? task
          : {
              ...task,
              containers: task.containers.map((each) => ({ ...each, imageDigest: `sha256:${"8".repeat(64)}` })),
            },
      );
    const plan = await planOf(cloud);
    expect(plan.checks.find(({ name }) => name === "nodes-run-one-image")?.found).toContain(
      "1 of sha256:888888888888… and 2 of sha256:111111111111…",
    );
  });
});
