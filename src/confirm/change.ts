import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { z } from "zod";
import type { Aws } from "../aws/aws.ts";
import type { EcsService } from "../aws/ecs-shapes.ts";
import { fingerprint } from "../aws/fingerprint.ts";
import type { Clock } from "../clock.ts";
import type { OperationStore } from "../operations/store.ts";
import { ownSettings } from "../procedures/leader-settings.ts";

const kind = z.enum(["instance", "cluster"]);

const name = z.string().min(1);
const count = z.int().min(0);

/** Something that a measurement changes, with all that is needed to take it back. Written down before it is made. */
export const changeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rules"), listenerArn: name, tag: name }),
  z.object({ kind: z.literal("deregistration-delay"), targetGroupArn: name, seconds: count }),
  z.object({ kind: z.literal("desired-count"), cluster: name, service: name, count: count }),
  z.object({
    kind: z.literal("service-settings"),
    cluster: name,
    service: name,
    settings: z.record(z.string(), z.unknown()),
  }),
  z.object({ kind: z.literal("target"), targetGroupArn: name, id: name, port: count }),
  z.object({ kind: z.literal("snapshot"), of: kind, identifier: name }),
  z.object({ kind: z.literal("name"), from: name, to: name, resourceId: name }),
  z.object({ kind: z.literal("lock"), table: name, target: name, operation: name }),
]);
export type Change = z.infer<typeof changeSchema>;

export type Undoing = { aws: Aws; clock: Clock; storeOf: (table: string) => OperationStore };

const LOOK_MS = 2_000;
/** A snapshot or a name is busy for as long as it takes; past this a person looks. */
const MOST_MS = 3_600_000;

/** Makes it as if the change had never been made, also where it was not made, or only begun. Safe to repeat. */
export async function undo(undoing: Undoing, change: Change): Promise<void> {
  const { aws, clock, storeOf } = undoing;
  switch (change.kind) {
    case "rules":
      for (const { arn } of await aws.loadBalancers.rulesOfOperation(change.listenerArn, change.tag))
        await aws.loadBalancers.deleteRule(arn);
      return;
    case "deregistration-delay":
      return unlessAsBefore(
        () => aws.loadBalancers.setDeregistrationDelay(change.targetGroupArn, change.seconds),
        async () => {
          const [group] = await aws.loadBalancers.targetGroups([change.targetGroupArn]);
          return group?.deregistrationDelaySeconds === change.seconds;
        },
      );
    case "desired-count": {
      const { cluster, service, count } = change;
      return unlessAsBefore(
        () => aws.ecs.updateService({ cluster, service, desiredCount: count }),
        async () => (await aws.ecs.services(cluster, [service]))[0]?.desiredCount === count,
      );
    }
    case "service-settings": {
      const { cluster, service } = change;
      const settings = change.settings as Partial<UpdateServiceCommandInput>;
      return unlessAsBefore(
        () => aws.ecs.updateService({ ...settings, cluster, service }),
        async () => {
          const [now] = await aws.ecs.services(cluster, [service]);
          return now !== undefined && fingerprint(deploymentOf(now)) === fingerprint(settings);
        },
      );
    }
    case "target": {
      const { targetGroupArn, id, port } = change;
      return unlessAsBefore(
        () => aws.loadBalancers.deregisterTarget(targetGroupArn, { id, port }),
        async () => {
          const targets = await aws.loadBalancers.targetHealth(targetGroupArn);
          return !targets.some((each) => each.id === id && each.port === port && each.state !== "draining");
        },
      );
    }
    case "snapshot": {
      const ref = { kind: change.of, identifier: change.identifier };
      await until(clock, async () => (await aws.rds.snapshot(ref))?.status !== "creating");
      return unlessAsBefore(
        () => aws.rds.deleteSnapshot(ref),
        async () => (await aws.rds.snapshot(ref)) === undefined,
      );
    }
    case "name":
      return renameBack(undoing, change);
    case "lock": {
      const store = storeOf(change.table);
      // Asking for the holder writes down an operation whose lock was taken and no more.
      await store.lockHolder(change.target);
      if (!(await store.get(change.operation))) return;
      await store.append(change.operation, [
        { type: "finished", key: "finished", status: "refused", problem: MEASURED },
      ]);
      return store.unlock(change.target, change.operation);
    }
  }
}

/**
 * What was not allowed to be made is not allowed to be taken back either, and need not be. Only then is it looked at: AWS may still show what was
 * before a change that it has just made.
 */
async function unlessAsBefore(takeBack: () => Promise<unknown>, isAsBefore: () => Promise<boolean>): Promise<void> {
  try {
    await takeBack();
  } catch (error) {
    if (!(await isAsBefore())) throw error;
  }
}

/** How a service is deployed, all of it said: what `service-settings` puts back. */
export const deploymentOf = ({ settings, loadBalancers }: Pick<EcsService, "settings" | "loadBalancers">) => {
  const { deploymentConfiguration } = ownSettings({ settings, hasLoadBalancer: loadBalancers.length > 0 });
  return { deploymentConfiguration };
};

const MEASURED = {
  code: "measured",
  message:
    "expected no operation while the target was measured (npm run confirm): this held its lock, and did nothing else",
};

async function renameBack(
  { aws, clock }: Pick<Undoing, "aws" | "clock">,
  { from, to, resourceId }: Extract<Change, { kind: "name" }>,
) {
  await until(clock, async () => {
    const now = await aws.rds.databaseWithId({ kind: "instance", resourceId });
    if (!now) throw new Error(`expected the database ${from}, or ${to}, found neither`);
    if (now.status !== "available") return false;
    if (now.identifier === from) return true;
    await aws.rds.modifyDatabase("instance", {
      DBInstanceIdentifier: to,
      NewDBInstanceIdentifier: from,
      ApplyImmediately: true,
    });
    return false;
  });
}

async function until(clock: Clock, done: () => Promise<boolean>): Promise<void> {
  for (const deadline = clock.now() + MOST_MS; ; ) {
    if (await done()) return;
    if (clock.now() > deadline) throw new Error("expected it to be ready within an hour, found it busy");
    await clock.sleep(LOOK_MS);
  }
}

/** For people: what is put back. */
export function inWords(change: Change): string {
  switch (change.kind) {
    case "rules":
      return `rules with the tag ${change.tag} on ${change.listenerArn} are deleted`;
    case "deregistration-delay":
      return `the deregistration delay of ${change.targetGroupArn} is ${change.seconds} s again`;
    case "desired-count":
      return `service ${change.service} has ${change.count} nodes again`;
    case "service-settings":
      return `service ${change.service} has its deployment settings again`;
    case "target":
      return `target ${change.id}:${change.port} is taken out of ${change.targetGroupArn}`;
    case "snapshot":
      return `snapshot ${change.identifier} is deleted`;
    case "name":
      return `the database ${change.to} is called ${change.from} again`;
    case "lock":
      return `the lock of ${change.target} is released`;
  }
}
