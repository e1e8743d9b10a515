import {
  DeregisterContainerInstanceCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect } from "vitest";
import { at, judgedUpgrade, startsOf } from "../../simulation/judged-upgrade.ts";
import { noticeboardCloud } from "../../simulation/noticeboard-cloud.ts";
import { planOf, provenShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const onSpot = "services: { noticeboard: { spot: true } }";
const onInstances = (...instances: string[]) => `
containerInstances: [${instances.join(", ")}]
taskDefinitions: { noticeboard: { network: bridge } }
services: { noticeboard: { launchType: EC2 } }
`;
const PLAIN = "{ cluster: noticeboard }";

virtually("a service on Spot is upgraded by a leader on demand", async () => {
  const { state } = await provenShape("fargate-spot", { cloud: { seed: onSpot } });
  const leader = state.mutations.find(({ operation }) => operation === "RunTask")!;
  expect(leader.parameters).toMatchObject({ launchType: "FARGATE" });
  expect(leader.parameters).not.toHaveProperty("capacityProviderStrategy");
});

describe("capacity that AWS takes away", () => {
  const interrupt = (digest: string, afterMs: number) => async (cloud: SimulatedCloud) => {
    await cloud.world.clock.sleep(afterMs);
    const running = startsOf(cloud, digest).filter(({ group }) => group.startsWith("service:"));
    cloud.ecs.interruptSpot(running.at(-1)!.taskArn);
  };

  virtually("under an old node right before it is stopped changes nothing", async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, seed: onSpot },
      meddle: at("close/suspend/noticeboard", interrupt("sha256:111", 0)),
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
  });

  virtually("under a follower is waited for until the service has replaced it", async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, seed: onSpot },
      meddle: (cloud) =>
        at(
          "scale-out/start/noticeboard",
          () => void setTimeout(() => void interrupt("sha256:222", 0)(cloud), 24_000),
        )(cloud),
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(startsOf(run.cloud, "sha256:222").length).toBe(5);
  });

  virtually("with a whole instance while its nodes are stopped changes nothing", async () => {
    const run = await judgedUpgrade({
      cloud: { ...quick, termMs: 20_000, seed: onInstances(PLAIN, PLAIN, PLAIN) },
      meddle: at("stop/stop/noticeboard", async (cloud) => {
        const ecs = new ECSClient(cloud.operator);
        const [start] = startsOf(cloud, "sha256:111");
        const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: "noticeboard", tasks: [start!.taskArn] }));
        const { containerInstanceArn } = tasks![0]!;
        await ecs.send(
          new DeregisterContainerInstanceCommand({
            cluster: "noticeboard",
            containerInstance: containerInstanceArn,
            force: true,
          }),
        );
      }),
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
  });
});

describe("container instances", () => {
  const checkOf = async (seed: string, name: string, arrange: (cloud: SimulatedCloud) => unknown = () => {}) => {
    const cloud = await noticeboardCloud({ ...quick, seed });
    await arrange(cloud);
    return (await planOf(cloud)).checks.find((check) => check.name === name)!;
  };

  virtually("without room for one node more are warned of, with what is missing", async () => {
    const full = "{ cluster: noticeboard, memory: 1600 }";
    expect(await checkOf(onInstances(full), "leader-fits-in")).toMatchObject({
      outcome: "warned",
      found: "none of 1 instances has 256 CPU units, 512 MiB to spare",
    });
  });

  virtually("whose agent is not connected are refused: nothing there can be told to stop", async () => {
    const disconnected = ({ runbook: { aws } }: SimulatedCloud) => {
      const { allInstances } = aws.ecs;
      aws.ecs.allInstances = async (cluster) =>
        (await allInstances(cluster)).map((instance) => ({ ...instance, agentConnected: false }));
    };
    expect(await checkOf(onInstances(PLAIN, PLAIN), "instances-can-be-used", disconnected)).toMatchObject({
      outcome: "failed",
      found: expect.stringMatching(/the agent on i-\w+ is not connected/),
    });
  });
});

/** The worker runs the leader's own family. */
const oneFamily = { worker: true, seed: "services: { noticeboard-worker: { taskDefinition: noticeboard } }" };
const revisionsOf = async ({ operator }: SimulatedCloud, status: "ACTIVE" | "INACTIVE") => {
  const { taskDefinitionArns = [] } = await new ECSClient(operator).send(
    new ListTaskDefinitionsCommand({ familyPrefix: "noticeboard", status }),
  );
  return taskDefinitionArns.map((arn) => arn.split("/").at(-1));
};

describe("revisions", () => {
  virtually("of two services that share a family are one each", async () => {
    const { cloud } = await provenShape("one-family", { cloud: oneFamily });
    expect(await revisionsOf(cloud, "ACTIVE")).toEqual(["noticeboard:1", "noticeboard:2", "noticeboard:3"]);
  });

  for (const service of ["noticeboard", "noticeboard-worker"])
    virtually(`of a shared family are registered once, though the runbook dies after that of ${service}`, async () => {
      let died = false;
      const run = await judgedUpgrade({
        cloud: { ...quick, ...oneFamily },
        run: {
          crash: (point) => {
            if (died || point !== `after prepare/prepare/register/${service}`) return;
            died = true;
            throw new Error("the worker was killed");
          },
        },
      });
      expect(died).toBe(true);
      expect(run.violations).toEqual([]);
      expect(await revisionsOf(run.cloud, "ACTIVE")).toEqual(["noticeboard:1", "noticeboard:2", "noticeboard:3"]);
    });

  virtually(
    "of ours are deregistered though somebody has registered further ones since, and theirs are not",
    async () => {
      const run = await judgedUpgrade({
        cloud: { ...quick, cannotStart: true },
        meddle: at("close/closed", async ({ operator }) => {
          const app = { name: "app", image: "somebody-elses:1", memory: 256 };
          await new ECSClient(operator).send(
            new RegisterTaskDefinitionCommand({ family: "noticeboard", containerDefinitions: [app] }),
          );
        }),
      });
      expect(run.violations).toEqual([]);
      expect(run.state).toMatchObject({ status: "rolled-back", leftovers: [] });
      expect(await revisionsOf(run.cloud, "ACTIVE")).toEqual(["noticeboard:1", "noticeboard:3"]);
      expect(await revisionsOf(run.cloud, "INACTIVE")).toEqual(["noticeboard:2"]);
    },
  );
});
