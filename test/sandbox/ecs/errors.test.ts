import type { CreateServiceRequest } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { createService, describe, GROUP, onEcs, passes, register, runTask } from "./account.ts";

const OTHER = `${GROUP}0`;
const balancer = { targetGroupArn: GROUP, containerName: "app", containerPort: 8080 };

test.each<{ what: string; input: Partial<CreateServiceRequest>; message: string }>([
  {
    what: "a negative desired count",
    input: { desiredCount: -1 },
    message: "desiredCount must be an integer between 0",
  },
  {
    what: "an unknown launch type",
    input: { launchType: "MOON" as never },
    message: "Member must satisfy enum value set: [EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES]",
  },
  {
    what: "a target group that does not exist",
    input: { loadBalancers: [{ ...balancer, targetGroupArn: "arn:none" }] },
    message: "The target group with targetGroupArn arn:none does not have an associated load balancer.",
  },
  {
    what: "a target group without a load balancer",
    input: { loadBalancers: [{ ...balancer, targetGroupArn: OTHER }] },
    message: "does not have an associated load balancer.",
  },
  {
    what: "a container that is not in the definition",
    input: { loadBalancers: [{ ...balancer, containerName: "db" }] },
    message: "The container db does not exist in the task definition.",
  },
  {
    what: "a port the container does not map",
    input: { loadBalancers: [{ ...balancer, containerPort: 1 }] },
    message: "The container app did not have a container port 1 defined.",
  },
  {
    what: "no network configuration",
    input: { networkConfiguration: undefined },
    message: "Network Configuration must be provided",
  },
  {
    what: "a threshold of no kind",
    input: {
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: false,
          thresholdConfiguration: { type: "SOME" as never, value: 1 },
        },
      },
    },
    message: "thresholdConfiguration.type",
  },
  {
    what: "a threshold of 0",
    input: {
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: false,
          thresholdConfiguration: { type: "COUNT", value: 0 },
        },
      },
    },
    message: "thresholdConfiguration.value",
  },
  {
    what: "100 percent healthy and 100 percent at most",
    input: { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } },
    message: "as this will block deployments",
  },
  {
    what: "a maximum below 100 percent",
    input: { deploymentConfiguration: { maximumPercent: 50 } },
    message: "maximumPercent",
  },
  {
    what: "a grace period below 0",
    input: { healthCheckGracePeriodSeconds: -1 },
    message: "healthCheckGracePeriodSeconds",
  },
  { what: "a name with a space", input: { serviceName: "my web" }, message: "Invalid service name" },
])("refuses a service with $what", ({ input, message }) =>
  onEcs(async (account) => {
    account.targets.addGroup(OTHER, { loadBalancerArns: [] });
    await expect(createService(account, await register(account), input)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining(message),
    });
  })(),
);

test(
  "a service is created once: the same request again answers it, another one is refused",
  onEcs(async (account) => {
    const definition = await register(account);
    const first = await createService(account, definition);
    expect((await createService(account, definition)).createdAt).toEqual(first.createdAt);
    await expect(createService(account, definition, { desiredCount: 5 })).rejects.toThrow(
      "Creation of service was not idempotent.",
    );
  }),
);

test(
  "what does not exist is an exception of its kind, or a MISSING failure where many are asked for",
  onEcs(async (account) => {
    const { client } = account;
    const named = (name: string) => expect.objectContaining({ name });
    await expect(client.describeServices({ cluster: "other", services: ["web"] })).rejects.toEqual(
      named("ClusterNotFoundException"),
    );
    await expect(client.updateService({ cluster: "main", service: "web" })).rejects.toEqual(
      named("ServiceNotFoundException"),
    );
    await expect(client.deleteService({ cluster: "main", service: "web" })).rejects.toEqual(
      named("ServiceNotFoundException"),
    );
    await expect(client.describeTasks({ cluster: "main", tasks: [] })).rejects.toThrow("Tasks cannot be empty.");
    expect((await client.describeServices({ cluster: "main", services: ["web"] })).failures).toEqual([
      { arn: "arn:aws:ecs:eu-central-1:111122223333:service/main/web", reason: "MISSING" },
    ]);
    expect((await client.describeClusters({ clusters: ["other"] })).failures).toEqual([
      { arn: "arn:aws:ecs:eu-central-1:111122223333:cluster/other", reason: "MISSING" },
    ]);
  }),
);

test(
  "a cluster with services or tasks is not deleted; a deleted one is INACTIVE and refuses everything",
  onEcs(async (account) => {
    const { client } = account;
    const definition = await register(account);
    await createService(account, definition, { desiredCount: 0 });
    await expect(client.deleteCluster({ cluster: "main" })).rejects.toMatchObject({
      name: "ClusterContainsServicesException",
    });
    await client.createCluster({ clusterName: "jobs", tags: [{ key: "team", value: "crm" }] });
    await runTask(account, definition, { cluster: "jobs" });
    await expect(client.deleteCluster({ cluster: "jobs" })).rejects.toMatchObject({
      name: "ClusterContainsTasksException",
    });
    const { clusters } = await client.describeClusters({ clusters: ["jobs"], include: ["TAGS"] });
    expect(clusters).toMatchObject([
      { clusterName: "jobs", pendingTasksCount: 1, status: "ACTIVE", tags: [{ key: "team" }] },
    ]);
    await client.createCluster({ clusterName: "empty" });
    expect((await client.listClusters({})).clusterArns).toHaveLength(3);
    expect((await client.deleteCluster({ cluster: "empty" })).cluster).toMatchObject({ status: "INACTIVE" });
    await expect(client.listTasks({ cluster: "empty" })).rejects.toThrow("The referenced cluster was inactive.");
  }),
);

test(
  "tags are set, listed and removed by ARN",
  onEcs(async (account) => {
    const { client } = account;
    const resourceArn = (await createService(account, await register(account))).serviceArn!;
    await client.tagResource({
      resourceArn,
      tags: [
        { key: "a", value: "1" },
        { key: "b", value: "2" },
      ],
    });
    await client.tagResource({ resourceArn, tags: [{ key: "a", value: "3" }] });
    await client.untagResource({ resourceArn, tagKeys: ["b"] });
    expect((await client.listTagsForResource({ resourceArn })).tags).toEqual([{ key: "a", value: "3" }]);
    await expect(client.tagResource({ resourceArn: `${resourceArn}x`, tags: [] })).rejects.toThrow("is not found");
    await expect(client.tagResource({ resourceArn, tags: [{ key: "aws:x", value: "1" }] })).rejects.toThrow("reserved");
  }),
);

test(
  "services are listed in pages, without the deleted ones",
  onEcs(async (account) => {
    const definition = await register(account);
    for (const serviceName of ["a", "b", "c"])
      await createService(account, definition, { serviceName, desiredCount: 0 });
    const first = await account.client.listServices({ cluster: "main", maxResults: 2 });
    expect(first.serviceArns).toHaveLength(2);
    const second = await account.client.listServices({ cluster: "main", maxResults: 2, nextToken: first.nextToken });
    expect(second.serviceArns!.map((arn) => arn.split("/").at(-1))).toEqual(["c"]);
  }),
);

test(
  "a service on EC2 finds no container instance, says so once, and starts nothing",
  onEcs(async (account) => {
    await createService(account, await register(account), { launchType: "EC2", platformVersion: undefined });
    await passes(120_000);
    const { events, runningCount, pendingCount } = await describe(account);
    expect({ runningCount, pendingCount }).toEqual({ runningCount: 0, pendingCount: 0 });
    expect(events!.map(({ message }) => message)).toEqual([
      expect.stringContaining("was unable to place a task because no container instance met all of its requirements."),
    ]);
  }),
);
