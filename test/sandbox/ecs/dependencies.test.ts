import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { type Account, at, becomes, onEcs, passes, runTask, taskOf } from "./account.ts";

const app: ContainerDefinition = {
  name: "app",
  image: "app:1",
  portMappings: [{ containerPort: 8080 }],
  dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
};
const migrate: ContainerDefinition = { name: "migrate", image: "batch:1", essential: false };

async function define({ client }: Account, ...containerDefinitions: ContainerDefinition[]) {
  await client.registerTaskDefinition({
    family: "two",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions,
  });
  return "two";
}
const run = async (account: Account, ...containers: ContainerDefinition[]) =>
  (await runTask(account, await define(account, ...containers))).taskArn!;

const starts = ({ log }: Account) =>
  log.after().flatMap((event) => (event.kind === "container" && event.change === "started" ? [event.container] : []));

describe("a container that depends on another", () => {
  it(
    "starts when that one has ended with success; the task is PENDING until then",
    onEcs(async (account) => {
      const task = await run(account, app, migrate);
      await becomes(account, task, "PENDING");
      await passes(25_000);
      expect(starts(account)).toEqual(["migrate"]);
      expect((await taskOf(account, task)).lastStatus).toBe("PENDING");
      await becomes(account, task, "RUNNING");
      expect(starts(account)).toEqual(["migrate", "app"]);
      expect(at(account, task, "RUNNING") - at(account, task, "started")).toBeGreaterThanOrEqual(30_000);
    }),
  );

  it(
    "never starts when that one failed, and the task has failed to start",
    onEcs(async (account) => {
      const task = await run(account, app, { ...migrate, image: "instant:1" });
      expect(await becomes(account, task, "STOPPED")).toMatchObject({ stopCode: "TaskFailedToStart" });
      expect(starts(account)).toEqual(["migrate"]);
      const { containers } = await taskOf(account, task);
      expect(containers?.find(({ name }) => name === "migrate")).toMatchObject({ exitCode: 3 });
    }),
  );

  it(
    "starts when that one has ended in any way, or is healthy, or has started",
    onEcs(async (account) => {
      const after = (condition: "COMPLETE" | "HEALTHY" | "START") => ({
        ...app,
        dependsOn: [{ containerName: "other", condition }],
      });
      const other = { name: "other", image: "app:1", essential: false };
      const healthCheck = { command: ["CMD", "x"], interval: 30 };
      const tasks = [
        await run(account, after("COMPLETE"), { ...other, image: "instant:1" }),
        await run(account, after("HEALTHY"), { ...other, healthCheck }),
        await run(account, after("START"), other),
      ];
      for (const task of tasks) await becomes(account, task, "RUNNING");
      const took = tasks.map((task) => at(account, task, "RUNNING") - at(account, task, "PENDING"));
      expect(took[1]! - took[2]!).toBe(30_000);
      expect(took[0]).toBeLessThan(took[1]!);
    }),
  );

  it(
    "is given up when it waited too long",
    onEcs(async (account) => {
      const task = await run(account, { ...app, startTimeout: 10 }, migrate);
      const { stoppedReason } = await becomes(account, task, "STOPPED");
      expect(stoppedReason).toContain("dependencies were not there within 10 seconds");
    }),
  );

  it(
    "does not keep its task from being stopped",
    onEcs(async (account) => {
      const task = await run(account, app, { ...migrate, image: "app:1" });
      await becomes(account, task, "PENDING");
      await passes(15_000);
      await account.client.stopTask({ cluster: "main", task });
      expect(await becomes(account, task, "STOPPED")).toMatchObject({ stopCode: "UserInitiated" });
      expect(starts(account)).toEqual(["migrate"]);
      expect(at(account, task, "DEPROVISIONING") - at(account, task, "SIGTERM")).toBe(2_000);
    }),
  );

  it.each([
    ["one that is not there", [app], "which is not defined"],
    [
      "an essential one's end",
      [app, { ...migrate, essential: true }],
      "cannot be a dependency with the condition SUCCESS",
    ],
    [
      "the health of one without a check",
      [{ ...app, dependsOn: [{ containerName: "migrate", condition: "HEALTHY" as const }] }, migrate],
      "has no health check",
    ],
    [
      "itself, in the end",
      [
        { ...app, dependsOn: [{ containerName: "migrate", condition: "START" as const }] },
        { ...migrate, dependsOn: [{ containerName: "app", condition: "START" as const }] },
      ],
      "in a circle",
    ],
  ])("cannot depend on %s", (_what, containers, message) =>
    onEcs(async (account) => {
      await expect(define(account, ...containers)).rejects.toThrow(message);
    })(),
  );
});
