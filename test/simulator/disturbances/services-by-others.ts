import { DescribeServicesCommand, RunTaskCommand, StopTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { z } from "zod";
import { NEW_IMAGE, OLD_IMAGE } from "../../simulation/noticeboard-cloud.ts";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { carriedOut, othersOf } from "./others.ts";
import { registered } from "./registered.ts";
import { nth, tasksOf, theTarget } from "./the-target.ts";

const images = { old: OLD_IMAGE, new: NEW_IMAGE };
const image = z.enum(["old", "new"]).describe("The version that was there before the operation, or the one it brings");
const anyImage = fc.constantFrom("old" as const, "new" as const);
const service = z.int().min(0).describe("Which of the target's services, counted round and round");

/** Who starts tasks. */
const HAND = "alice";
const RULE = "events-rule/report";

export const servicesByOthers = {
  "desired-count-set": kind({
    schema: z.strictObject({ what: z.literal("desired-count-set"), service, count: z.int().min(0).max(10) }),
    any: fc.record({
      what: fc.constant("desired-count-set" as const),
      service: fc.nat({ max: 1 }),
      count: fc.nat({ max: 5 }),
    }),
    weight: 3,
    happen(cloud, { service: place, count }) {
      const { cluster, services } = theTarget(cloud);
      const service = nth(services, place)!.serviceName;
      return carriedOut(othersOf(cloud).ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: count })));
    },
  }),

  redeployed: kind({
    schema: z.strictObject({
      what: z.literal("redeployed"),
      service,
      image: image.or(z.literal("same")).describe("What it deploys; `same` starts what is there anew"),
    }),
    any: fc.record({
      what: fc.constant("redeployed" as const),
      service: fc.nat({ max: 1 }),
      image: fc.constantFrom("same" as const, "old" as const, "new" as const),
    }),
    weight: 2,
    async happen(cloud, { service: place, image }) {
      const { cluster, services } = theTarget(cloud);
      const { ecs } = othersOf(cloud);
      const { serviceName: service, taskDefinition } = nth(services, place)!;
      const change =
        image === "same"
          ? { forceNewDeployment: true }
          : { taskDefinition: await registered(ecs, { like: taskDefinition, image: images[image] }) };
      if ("taskDefinition" in change && change.taskDefinition === undefined) return false;
      return carriedOut(ecs.send(new UpdateServiceCommand({ cluster, service, ...change })));
    },
  }),

  /** The newest revision of a family is what people and schedules start. */
  "revision-registered": kind({
    schema: z.strictObject({ what: z.literal("revision-registered"), service, image }),
    any: fc.record({
      what: fc.constant("revision-registered" as const),
      service: fc.nat({ max: 1 }),
      image: anyImage,
    }),
    async happen(cloud, { service: place, image }) {
      const { taskDefinition } = nth(theTarget(cloud).services, place)!;
      return (await registered(othersOf(cloud).ecs, { like: taskDefinition, image: images[image] })) !== undefined;
    },
  }),

  "task-run": kind({
    schema: z.strictObject({
      what: z.literal("task-run"),
      service,
      image,
      by: z.enum(["hand", "schedule"]).describe("Who starts it: a person, or a rule of EventBridge"),
    }),
    any: fc.record({
      what: fc.constant("task-run" as const),
      service: fc.nat({ max: 1 }),
      image: anyImage,
      by: fc.constantFrom("hand" as const, "schedule" as const),
    }),
    weight: 3,
    async happen(cloud, { service: place, image, by }) {
      const { cluster, services } = theTarget(cloud);
      const { ecs } = othersOf(cloud);
      const service = nth(services, place)!;
      const taskDefinition = await registered(ecs, { like: service.taskDefinition, image: images[image] });
      const described = await ecs
        .send(new DescribeServicesCommand({ cluster, services: [service.serviceName] }))
        .catch(() => undefined);
      const networkConfiguration = described?.services?.[0]?.networkConfiguration;
      if (taskDefinition === undefined || networkConfiguration === undefined) return false;
      const role = `arn:aws:iam::${cloud.world.account}:role/ecs-events`;
      const input = { cluster, taskDefinition, networkConfiguration, launchType: "FARGATE" as const };
      // Whoever is told to stop it does, in the end.
      lasts(cloud, undefined, () => {
        for (const { taskArn, startedBy, lastStatus } of theTarget(cloud).tasks)
          if ((startedBy === HAND || startedBy === RULE) && lastStatus !== "STOPPED")
            cloud.ecs.caller.call("StopTask", { cluster, task: taskArn }, role);
      });
      if (by === "hand") return carriedOut(ecs.send(new RunTaskCommand({ ...input, startedBy: HAND })));
      const answer = cloud.ecs.caller.call("RunTask", { ...input, startedBy: RULE }, role);
      return (answer as { tasks: unknown[] }).tasks.length > 0;
    },
  }),

  "task-stopped": kind({
    schema: z.strictObject({
      what: z.literal("task-stopped"),
      which: z.enum(["leader", "old", "new", "any"]),
      nth: z.int().min(0),
    }),
    any: fc.record({
      what: fc.constant("task-stopped" as const),
      which: fc.constantFrom("leader" as const, "any" as const),
      nth: fc.nat({ max: 7 }),
    }),
    happen(cloud, { which, nth: place }) {
      const running = tasksOf(cloud, which).filter(({ desiredStatus }) => desiredStatus === "RUNNING");
      const task = nth(running, place)?.taskArn;
      if (task === undefined) return false;
      const { cluster } = theTarget(cloud);
      return carriedOut(othersOf(cloud).ecs.send(new StopTaskCommand({ cluster, task, reason: "it looks stuck" })));
    },
  }),
};
