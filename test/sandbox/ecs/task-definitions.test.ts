import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { onEcs, passes, register } from "./account.ts";

const DEFINITION: RegisterTaskDefinitionRequest = {
  family: "web",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "app", image: "app:1", portMappings: [{ containerPort: 8080 }] }],
};

test(
  "each registration is a new revision of its family, with the defaults filled in",
  onEcs(async ({ client }) => {
    await client.registerTaskDefinition(DEFINITION);
    const { taskDefinition, tags } = await client.registerTaskDefinition({
      ...DEFINITION,
      tags: [{ key: "team", value: "crm" }],
    });
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/web:2",
      family: "web",
      revision: 2,
      status: "ACTIVE",
      compatibilities: ["EC2", "FARGATE"],
      containerDefinitions: [
        {
          name: "app",
          image: "app:1",
          essential: true,
          cpu: 0,
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
        },
      ],
    });
    expect(tags).toEqual([{ key: "team", value: "crm" }]);
  }),
);

test(
  "a revision that was described can be registered again as it is",
  onEcs(async (account) => {
    const { client } = account;
    const { taskDefinition } = await client.describeTaskDefinition({ taskDefinition: await register(account) });
    const {
      taskDefinitionArn: _arn,
      revision: _revision,
      status: _status,
      requiresAttributes: _attributes,
      compatibilities: _compatibilities,
      registeredAt: _at,
      registeredBy: _by,
      ...again
    } = taskDefinition!;
    const { taskDefinition: second } = await client.registerTaskDefinition(again as RegisterTaskDefinitionRequest);
    expect(second!.revision).toBe(2);
    expect(second!.containerDefinitions).toEqual(taskDefinition!.containerDefinitions);
  }),
);

test(
  "describes by family (the newest active), family:revision and ARN, and INACTIVE revisions too",
  onEcs(async (account) => {
    const { client } = account;
    await register(account, "app:1");
    const second = await register(account, "app:2");
    await client.deregisterTaskDefinition({ taskDefinition: "web:2" });
    const revision = async (taskDefinition: string) =>
      (await client.describeTaskDefinition({ taskDefinition })).taskDefinition!;
    expect((await revision("web")).revision).toBe(1);
    expect(await revision("web:2")).toMatchObject({ status: "INACTIVE", deregisteredAt: expect.any(Date) });
    expect((await revision(second)).revision).toBe(2);
    for (const unknown of ["web:3", "nothing", "web:x"])
      await expect(revision(unknown)).rejects.toMatchObject({
        name: "ClientException",
        message: "Unable to describe task definition.",
      });
  }),
);

test(
  "lists revisions and families by status",
  onEcs(async (account) => {
    const { client } = account;
    await register(account);
    await register(account);
    await register(account, "batch:1", {}, "job");
    await client.deregisterTaskDefinition({ taskDefinition: "web:1" });
    await client.deregisterTaskDefinition({ taskDefinition: "job:1" });
    const names = async (input: object) =>
      (await client.listTaskDefinitions(input)).taskDefinitionArns!.map((arn) => arn.split("/")[1]);
    expect(await names({})).toEqual(["web:2"]);
    expect(await names({ status: "INACTIVE", sort: "DESC" })).toEqual(["web:1", "job:1"]);
    expect(await names({ familyPrefix: "job" })).toEqual([]);
    expect((await client.listTaskDefinitionFamilies({ status: "ACTIVE" })).families).toEqual(["web"]);
    expect((await client.listTaskDefinitionFamilies({})).families).toEqual(["job", "web"]);
  }),
);

const container = { name: "app", image: "app:1" };
test.each([
  { what: "no container", change: { containerDefinitions: [] }, message: "Container list cannot be empty" },
  {
    what: "a container without an image",
    change: { containerDefinitions: [{ name: "app" }] },
    message: "Container.image should not be null or empty",
  },
  {
    what: "a container without a name",
    change: { containerDefinitions: [{ image: "app:1" }] },
    message: "Container.name should not be null or empty",
  },
  {
    what: "two containers of one name",
    change: { containerDefinitions: [container, container] },
    message: "Container.name should be unique",
  },
  {
    what: "no essential container",
    change: { containerDefinitions: [{ ...container, essential: false }] },
    message: "at least one essential container",
  },
  {
    what: "Fargate without cpu",
    change: { cpu: undefined },
    message: "Fargate requires that 'cpu' be defined at the task level",
  },
  {
    what: "a size Fargate does not have",
    change: { memory: "4096" },
    message: "No Fargate configuration exists for given values: 256 CPU, 4096 memory",
  },
  {
    what: "Fargate in bridge mode",
    change: { networkMode: "bridge" as const },
    message: "Fargate only supports network mode 'awsvpc'",
  },
  {
    what: "no memory at all",
    change: { requiresCompatibilities: undefined, memory: undefined },
    message: "At least one of 'memory' or 'memoryReservation' must be specified",
  },
  {
    what: "a host port that differs in awsvpc mode",
    change: { containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
    message: "must match",
  },
  {
    what: "a stopTimeout over 120 s",
    change: { containerDefinitions: [{ ...container, stopTimeout: 121 }] },
    message: "stopTimeout",
  },
  {
    what: "a start period over 300 s",
    change: { containerDefinitions: [{ ...container, healthCheck: { command: ["CMD", "x"], startPeriod: 301 } }] },
    message: "startPeriod",
  },
  {
    what: "more than 64 KB",
    change: { containerDefinitions: [{ ...container, environment: [{ name: "BIG", value: "x".repeat(65_536) }] }] },
    message: "Max allowed length is '65536' bytes",
  },
  { what: "a family with a space", change: { family: "my web" }, message: "Invalid family" },
])("refuses a definition with $what", ({ change, message }) =>
  onEcs(async ({ client }) => {
    await expect(client.registerTaskDefinition({ ...DEFINITION, ...change })).rejects.toMatchObject({
      name: "ClientException",
      message: expect.stringContaining(message),
    });
  })(),
);

test(
  "refuses a network mode that does not exist, and what it cannot simulate",
  onEcs(async ({ client }) => {
    await passes(0);
    await expect(client.registerTaskDefinition({ ...DEFINITION, networkMode: "moon" as never })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    const containerDefinitions = [{ ...container, restartPolicy: { enabled: true } }];
    await expect(client.registerTaskDefinition({ ...DEFINITION, containerDefinitions })).rejects.toMatchObject({
      name: "NotImplemented",
      message: "A container restart policy is not simulated here",
    });
  }),
);

test.each(["1 vCPU / 2 GB", "1024 / 2048", ".5 vCPU / 1GB"])("Fargate has the size %s", (size) =>
  onEcs(async ({ client }) => {
    const [cpu, memory] = size.split(" / ");
    const { taskDefinition } = await client.registerTaskDefinition({ ...DEFINITION, cpu, memory });
    expect(taskDefinition!.compatibilities).toContain("FARGATE");
  })(),
);
