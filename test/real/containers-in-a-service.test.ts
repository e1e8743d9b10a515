import * as sdk from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createEcs, type Ecs } from "../../src/sandbox/cloud/ecs/ecs.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { latenciesSchema, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../src/sandbox/cloud/world.ts";
import { createRealContainers } from "../../src/sandbox/substrate/real/containers.ts";
import { createEndpoint, inProcess } from "../../src/sandbox/wire/server.ts";
import { describeService } from "../../src/sandbox/wire/service.ts";

const SERVER = `
  const server = require("node:http").createServer((request, reply) => reply.end(process.env.GREETING));
  server.listen(Number(process.env.PORT), "127.0.0.1");
  process.on("SIGTERM", () => process.exit(7));
`;
const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-1"] } };

let ecs: Ecs;
let world: World;
let client: sdk.ECS;
beforeAll(() => {
  const quick = { schedulerTickMs: 50, provisioningMs: 10, pullMs: 10, deprovisioningMs: 20 };
  world = {
    account: "111122223333",
    region: "eu-central-1",
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(1),
    log: createEventLog(systemClock),
    latencies: latenciesSchema.parse({ ecs: quick }),
    switches: switchesSchema.parse({}),
  };
  const program = { command: [process.execPath, "-e", SERVER] };
  const none = () => undefined;
  ecs = createEcs(world, {
    targets: { register: none, deregister: none, health: none, targetGroup: none },
    images: { resolve: (reference) => ({ reference, digest: `sha256:${"0".repeat(64)}`, program }) },
    containers: createRealContainers(),
  });
  const mounts = [{ service: describeService(sdk, sdk.ECSClient), handlers: ecs.handlers }];
  client = new sdk.ECS({
    region: world.region,
    credentials: { accessKeyId: "tester", secretAccessKey: "secret" },
    requestHandler: inProcess(createEndpoint({ mounts })),
  });
});
afterAll(async () => {
  await ecs.stop();
  world.timers.clear();
});

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value) return value;
    await systemClock.sleep(20);
  }
}

test("a service's tasks are processes that answer at the address and port that DescribeTasks names", async () => {
  await client.createCluster({ clusterName: "main" });
  await client.registerTaskDefinition({
    family: "web",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: "app",
        image: "greeter:1",
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: "GREETING", value: "hello from {task}" }],
      },
    ],
  });
  const services = { cluster: "main", serviceName: "web", taskDefinition: "web", desiredCount: 2 };
  await client.createService({ ...services, launchType: "FARGATE", networkConfiguration: NETWORK });
  await until(async () => {
    const described = await client.describeServices({ cluster: "main", services: ["web"] });
    return described.services![0]!.deployments![0]!.rolloutState === "COMPLETED" || undefined;
  });
  const { taskArns } = await client.listTasks({ cluster: "main" });
  const { tasks } = await client.describeTasks({ cluster: "main", tasks: taskArns });
  for (const { taskArn, containers } of tasks!) {
    const address = containers![0]!.networkInterfaces![0]!.privateIpv4Address;
    const answer = await until(() =>
      fetch(`http://${address}:8080/`).then(
        (reply) => reply.text(),
        () => undefined,
      ),
    );
    expect(answer).toBe(`hello from ${taskArn!.split("/").at(-1)}`);
  }
  await client.updateService({ cluster: "main", service: "web", desiredCount: 0 });
  const stopped = await until(async () => {
    const now = (await client.describeTasks({ cluster: "main", tasks: taskArns })).tasks!;
    return now.every(({ lastStatus }) => lastStatus === "STOPPED") ? now : undefined;
  });
  expect(stopped.map(({ containers }) => containers![0]!.exitCode)).toEqual([7, 7]);
});
