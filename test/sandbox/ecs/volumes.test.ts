import type { Volume } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type Account, becomes, onEcs, passes, runTask } from "./account.ts";

async function define({ client }: Account, volume: Volume, sourceVolume = "storage") {
  await client.registerTaskDefinition({
    family: "scribe",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    volumes: [volume],
    containerDefinitions: [
      {
        name: "app",
        image: "scribe:1",
        mountPoints: [{ sourceVolume, containerPath: "/app/storage" }],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/scribe",
            "awslogs-region": "eu-central-1",
            "awslogs-stream-prefix": "s",
            "awslogs-create-group": "true",
          },
        },
      },
    ],
  });
  return "scribe";
}

/** What each task that ran said, in order. */
async function said(account: Account, ...definitions: Volume[]): Promise<string[]> {
  for (const volume of definitions) {
    const { taskArn = "" } = await runTask(account, await define(account, volume));
    await becomes(account, taskArn, "RUNNING");
    await passes(1_000);
  }
  await passes(5_000);
  const { events } = await account.logs.filterLogEvents({ logGroupName: "/scribe" });
  return events!.map(({ message = "" }) => message);
}

const efs = (fileSystemId: string, rootDirectory?: string): Volume => ({
  name: "storage",
  efsVolumeConfiguration: { fileSystemId, rootDirectory },
});

describe("a volume", () => {
  it(
    "on EFS is the same for every task, and outlives them",
    onEcs(async (account) => {
      expect(await said(account, efs("fs-0a"), efs("fs-0a", "/"), efs("fs-0b"), efs("fs-0a", "/other"))).toEqual([
        "visits: 1",
        "visits: 2",
        "visits: 1",
        "visits: 1",
      ]);
    }),
  );

  it(
    "without a file system is the task's own",
    onEcs(async (account) => {
      expect(await said(account, { name: "storage" }, { name: "storage" })).toEqual(["visits: 1", "visits: 1"]);
    }),
  );

  it(
    "is described with the task definition",
    onEcs(async (account) => {
      await define(account, efs("fs-0a"));
      const { taskDefinition } = await account.client.describeTaskDefinition({ taskDefinition: "scribe" });
      expect(taskDefinition?.volumes).toEqual([efs("fs-0a")]);
    }),
  );

  it(
    "must be there for a mount point, and have a file system's id",
    onEcs(async (account) => {
      await expect(define(account, { name: "storage" }, "other")).rejects.toThrow("Unknown volume 'other'");
      await expect(define(account, efs("nfs"))).rejects.toThrow("EFS file system id 'nfs'");
    }),
  );
});
