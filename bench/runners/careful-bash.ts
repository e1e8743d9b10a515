import { DescribeServicesCommand, DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import type { Clock } from "../../src/clock.ts";
import type { Means } from "./by-hand.ts";
import type { CallTimes } from "./call-times.ts";

/** As botocore's waiters-2.json has them: seconds between two looks, and how many looks there are. */
const WAITERS = {
  "tasks-stopped": { delaySeconds: 6, attempts: 100 },
  "services-stable": { delaySeconds: 15, attempts: 40 },
  "target-in-service": { delaySeconds: 15, attempts: 40 },
  "db-snapshot-available": { delaySeconds: 30, attempts: 60 },
} as const;

/** The AWS CLI gave up waiting, with exit status 255: the script ends where it stands. */
export class WaiterGaveUp extends Error {
  override readonly name = "WaiterGaveUp";
}

/** What somebody with a shell has: a process a call, and the CLI's own waiters, each one process that looks at a fixed pace. */
export function carefulBash(clock: Clock, { cliStart }: Pick<CallTimes, "cliStart">): Means {
  const start = () => clock.sleep(cliStart);
  const wait = async (name: keyof typeof WAITERS, isThere: () => Promise<boolean>) => {
    const { delaySeconds, attempts } = WAITERS[name];
    await start();
    for (let attempt = 1; ; attempt += 1) {
      if (await isThere()) return;
      if (attempt === attempts) throw new WaiterGaveUp(`Waiter ${name} failed: Max attempts exceeded`);
      await clock.sleep(delaySeconds * 1_000);
    }
  };
  return {
    beforeCall: start,
    tasksStopped: ({ ecs }, what) =>
      wait("tasks-stopped", async () => {
        const { tasks = [] } = await ecs.send(new DescribeTasksCommand(what));
        return all(tasks, ({ lastStatus }) => lastStatus === "STOPPED");
      }),
    snapshotAvailable: ({ rds }, what) =>
      wait("db-snapshot-available", async () => {
        const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand(what));
        return all(DBSnapshots, ({ Status }) => Status === "available");
      }),
    servicesStable: ({ ecs }, what) =>
      wait("services-stable", async () => {
        const { services = [] } = await ecs.send(new DescribeServicesCommand(what));
        return all(
          services,
          ({ deployments = [], runningCount, desiredCount }) =>
            deployments.length === 1 && runningCount === desiredCount,
        );
      }),
    targetsInService: ({ elb }, what) =>
      wait("target-in-service", async () => {
        const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand(what));
        return all(TargetHealthDescriptions, ({ TargetHealth }) => TargetHealth?.State === "healthy");
      }),
  };
}

/** As JMESPath's pathAll: an empty list is no success. */
const all = <Item>(items: readonly Item[], is: (item: Item) => boolean): boolean => items.length > 0 && items.every(is);
