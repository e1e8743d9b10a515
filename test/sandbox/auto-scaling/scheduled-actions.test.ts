import { ObjectNotFoundException, ValidationException } from "@aws-sdk/client-application-auto-scaling";
import { describe, expect, it } from "vitest";
import { type Account, createService, describe as describeService, onEcs, passes, register } from "../ecs/account.ts";

const web = {
  ServiceNamespace: "ecs",
  ResourceId: "service/main/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const HOUR = 3_600_000;
const morning = {
  ...web,
  ScheduledActionName: "morning",
  Schedule: "cron(0 4 * * ? *)",
  Timezone: "Europe/Berlin",
  ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 8 },
};

const count = async (account: Account) => (await describeService(account)).desiredCount;
const bounds = async ({ scaling }: Account) => {
  const { ScalableTargets } = await scaling.describeScalableTargets({ ServiceNamespace: "ecs" });
  const { MinCapacity, MaxCapacity } = ScalableTargets![0]!;
  return [MinCapacity, MaxCapacity];
};

/** It is 02:00 in UTC, and a service of 2 tasks is kept between 1 and 3. */
const scaled = (body: (account: Account) => Promise<void>) =>
  onEcs(async (account) => {
    await createService(account, await register(account), { desiredCount: 2, loadBalancers: [] });
    await account.scaling.registerScalableTarget({ ...web, MinCapacity: 1, MaxCapacity: 3 });
    await body(account);
  });

describe("a scheduled action", () => {
  it(
    "changes the bounds when it is due in its time zone, and lifts the count to the new minimum",
    scaled(async (account) => {
      await account.scaling.putScheduledAction(morning);
      await passes(HOUR - 1_000);
      expect(await bounds(account)).toEqual([1, 3]);
      await passes(2_000);
      expect(await bounds(account)).toEqual([4, 8]);
      expect(await count(account)).toBe(4);
      const { ScalingActivities } = await account.scaling.describeScalingActivities(web);
      expect(ScalingActivities).toMatchObject([
        { Description: "Setting desired count to 4.", Cause: "minimum capacity was set to 4" },
        {
          Description: "Setting min capacity to 4 and max capacity to 8",
          Cause: "scheduled action name morning was triggered",
        },
      ]);
    }),
  );

  it(
    "does not act while scheduled scaling is suspended, nor for what it missed afterwards",
    scaled(async (account) => {
      await account.scaling.putScheduledAction(morning);
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { ScheduledScalingSuspended: true } });
      await passes(2 * HOUR);
      await account.scaling.registerScalableTarget({ ...web, SuspendedState: { ScheduledScalingSuspended: false } });
      await passes(2 * HOUR);
      expect(await bounds(account)).toEqual([1, 3]);
      expect(await count(account)).toBe(2);
      await passes(24 * HOUR);
      expect(await bounds(account)).toEqual([4, 8]);
    }),
  );

  it(
    "keeps what an update leaves out, but for its start and its end",
    scaled(async ({ scaling }) => {
      const EndTime = new Date("2026-02-01T00:00:00Z");
      await scaling.putScheduledAction({ ...morning, EndTime });
      await scaling.putScheduledAction({ ...web, ScheduledActionName: "morning", Schedule: "rate(1 day)" });
      const { ScheduledActions } = await scaling.describeScheduledActions(web);
      expect(ScheduledActions).toMatchObject([
        {
          Schedule: "rate(1 day)",
          Timezone: "Europe/Berlin",
          ScalableTargetAction: { MinCapacity: 4, MaxCapacity: 8 },
        },
      ]);
      expect(ScheduledActions![0]!.EndTime).toBeUndefined();
    }),
  );

  it(
    "that is aimed at one moment acts once",
    scaled(async (account) => {
      await account.scaling.putScheduledAction({
        ...web,
        ScheduledActionName: "once",
        Schedule: "at(2026-01-15T03:00:00)",
        ScalableTargetAction: { MaxCapacity: 1 },
      });
      await passes(HOUR + 1);
      expect(await count(account)).toBe(1);
      await account.scaling.registerScalableTarget({ ...web, MaxCapacity: 9 });
      await passes(48 * HOUR);
      expect(await bounds(account)).toEqual([1, 9]);
    }),
  );

  it(
    "is gone once it is deleted, and with its target",
    scaled(async (account) => {
      const { scaling } = account;
      await scaling.putScheduledAction(morning);
      await scaling.putScheduledAction({ ...morning, ScheduledActionName: "other" });
      await scaling.deleteScheduledAction(morning);
      await expect(scaling.deleteScheduledAction(morning)).rejects.toThrow(ObjectNotFoundException);
      await scaling.deregisterScalableTarget(web);
      expect((await scaling.describeScheduledActions({ ServiceNamespace: "ecs" })).ScheduledActions).toEqual([]);
      await passes(2 * HOUR);
      expect(await count(account)).toBe(2);
    }),
  );

  it.each([
    ["a schedule that is none", { Schedule: "rate(1 hours)" }],
    ["no schedule", { Schedule: undefined }],
    ["a time zone that is none", { Timezone: "Mars/Olympus" }],
    ["a minimum above the maximum", { ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 2 } }],
  ])("with %s is refused", (_what, more) =>
    scaled(async ({ scaling }) => {
      await expect(scaling.putScheduledAction({ ...morning, ...more })).rejects.toThrow(ValidationException);
      expect((await scaling.describeScheduledActions(web)).ScheduledActions).toEqual([]);
    })(),
  );

  it(
    "needs a registered target",
    scaled(async ({ scaling }) => {
      await expect(scaling.putScheduledAction({ ...morning, ResourceId: "service/main/none" })).rejects.toThrow(
        ObjectNotFoundException,
      );
    }),
  );
});
