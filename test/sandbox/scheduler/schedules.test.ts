import {
  ConflictException,
  type CreateScheduleInput,
  ResourceNotFoundException,
  type UpdateScheduleInput,
  ValidationException,
} from "@aws-sdk/client-scheduler";
import { describe, expect, it } from "vitest";
import { type Account, createService, describe as describeService, onEcs, passes, register } from "../ecs/account.ts";

const CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/main";
const RoleArn = "arn:aws:iam::111122223333:role/scheduler";

const nightly = (more: Partial<CreateScheduleInput> = {}): CreateScheduleInput => ({
  Name: "nightly",
  ScheduleExpression: "rate(5 minutes)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: {
    Arn: CLUSTER,
    RoleArn,
    EcsParameters: {
      TaskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/batch",
      LaunchType: "FARGATE",
      NetworkConfiguration: { awsvpcConfiguration: { Subnets: ["subnet-1"] } },
    },
  },
  ...more,
});

const runs = ({ log }: Account) =>
  log.after().filter((event) => event.kind === "task" && event.lastStatus === "PROVISIONING");

const withBatch = (body: (account: Account) => Promise<void>) =>
  onEcs(async (account) => {
    await register(account, "batch:1", {}, "batch");
    await body(account);
  });

describe("a schedule", () => {
  it(
    "of a rate without a start date runs at once, and then at its rate",
    withBatch(async (account) => {
      await account.schedules.createSchedule(nightly());
      await passes(1);
      expect(runs(account)).toMatchObject([{ group: "family:batch", startedBy: "chronos-schedule/nightly" }]);
      await passes(10 * 60_000);
      expect(runs(account)).toHaveLength(3);
    }),
  );

  it(
    "cannot be sent again once its start date lies more than five minutes back",
    withBatch(async (account) => {
      const schedule = nightly({ StartDate: new Date(account.world.clock.now()) });
      await account.schedules.createSchedule(schedule);
      await passes(4 * 60_000);
      await account.schedules.updateSchedule(schedule as UpdateScheduleInput);
      await passes(2 * 60_000);
      await expect(account.schedules.updateSchedule(schedule as UpdateScheduleInput)).rejects.toThrow(
        "The StartDate you specify cannot be earlier than 5 minutes ago.",
      );
    }),
  );

  it(
    "runs in its own time zone, between its start and its end",
    withBatch(async (account) => {
      await account.schedules.createSchedule(
        nightly({
          ScheduleExpression: "cron(0 4 * * ? *)",
          ScheduleExpressionTimezone: "Europe/Berlin",
          StartDate: new Date("2026-01-16T00:00:00Z"),
          EndDate: new Date("2026-01-17T12:00:00Z"),
        }),
      );
      await passes(7 * 86_400_000);
      expect(runs(account).map(({ at }) => at)).toEqual(["2026-01-16T03:00:00.000Z", "2026-01-17T03:00:00.000Z"]);
    }),
  );

  it(
    "runs somewhere within its flexible window",
    withBatch(async (account) => {
      const FlexibleTimeWindow = { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 } as const;
      await account.schedules.createSchedule(
        nightly({ ScheduleExpression: "at(2026-01-15T03:00:00)", FlexibleTimeWindow }),
      );
      await passes(3_600_000 - 1);
      expect(runs(account)).toEqual([]);
      await passes(15 * 60_000 + 1);
      expect(runs(account)).toHaveLength(1);
      expect(Date.parse(runs(account)[0]!.at)).toBeGreaterThan(Date.parse("2026-01-15T03:00:00Z"));
    }),
  );

  it(
    "that is over is kept, or deleted where that was asked",
    withBatch(async ({ schedules }) => {
      const ScheduleExpression = "at(2026-01-15T03:00:00)";
      await schedules.createSchedule(nightly({ Name: "kept", ScheduleExpression }));
      await schedules.createSchedule(nightly({ Name: "gone", ScheduleExpression, ActionAfterCompletion: "DELETE" }));
      await passes(3_600_000);
      expect((await schedules.listSchedules({})).Schedules).toMatchObject([{ Name: "kept", State: "ENABLED" }]);
    }),
  );

  it(
    "does nothing while it is disabled; UpdateSchedule replaces all of it, the state too",
    withBatch(async (account) => {
      const { schedules } = account;
      await schedules.createSchedule(nightly({ ScheduleExpression: "cron(0/5 * * * ? *)", Description: "mail" }));
      await schedules.updateSchedule(nightly({ ScheduleExpression: "cron(0/5 * * * ? *)", State: "DISABLED" }));
      await passes(3_600_000);
      expect(runs(account)).toEqual([]);
      const changed = await schedules.getSchedule({ Name: "nightly" });
      expect(changed).toMatchObject({ State: "DISABLED", GroupName: "default", ScheduleExpressionTimezone: "UTC" });
      expect(changed.Description).toBeUndefined();
      await schedules.updateSchedule(nightly({ ScheduleExpression: "cron(0/5 * * * ? *)" }));
      expect((await schedules.getSchedule({ Name: "nightly" })).State).toBe("ENABLED");
      await passes(5 * 60_000);
      expect(runs(account)).toHaveLength(1);
    }),
  );

  it(
    "has its name cut off in startedBy, of which ECS keeps 36 characters",
    withBatch(async (account) => {
      await account.schedules.createSchedule(nightly({ Name: "gold-coast-data-lake-refresh" }));
      await passes(1);
      expect(runs(account)).toMatchObject([{ startedBy: "chronos-schedule/gold-coast-data-lak" }]);
    }),
  );

  it(
    "can be aimed at an operation of ECS by the universal target, whose input is in capitals",
    withBatch(async (account) => {
      await createService(account, "batch", { loadBalancers: [], desiredCount: 0 });
      const target = (operation: string, input: object) => ({
        Arn: `arn:aws:scheduler:::aws-sdk:ecs:${operation}`,
        RoleArn,
        Input: JSON.stringify(input),
      });
      await account.schedules.createSchedule(
        nightly({
          Name: "morning",
          Target: target("updateService", { Cluster: "main", Service: "web", DesiredCount: 2 }),
        }),
      );
      const NetworkConfiguration = { AwsvpcConfiguration: { Subnets: ["subnet-1"] } };
      await account.schedules.createSchedule(
        nightly({
          Name: "job",
          Target: target("runTask", {
            Cluster: "main",
            TaskDefinition: "batch",
            LaunchType: "FARGATE",
            NetworkConfiguration,
          }),
        }),
      );
      await passes(1);
      expect((await describeService(account)).desiredCount).toBe(2);
      expect(runs(account)).toMatchObject([{ group: "family:batch" }]);
    }),
  );

  it(
    "is gone once deleted, and so are those of a deleted group",
    withBatch(async (account) => {
      const { schedules } = account;
      await schedules.createScheduleGroup({ Name: "crm" });
      await schedules.createSchedule(nightly({ ScheduleExpression: "cron(0 * * * ? *)" }));
      await schedules.createSchedule(nightly({ ScheduleExpression: "cron(0 * * * ? *)", GroupName: "crm" }));
      expect((await schedules.listSchedules({ GroupName: "crm" })).Schedules).toMatchObject([
        { Name: "nightly", GroupName: "crm", Target: { Arn: CLUSTER }, State: "ENABLED" },
      ]);
      await schedules.deleteSchedule({ Name: "nightly" });
      await schedules.deleteScheduleGroup({ Name: "crm" });
      expect((await schedules.listSchedules({})).Schedules).toEqual([]);
      await passes(2 * 3_600_000);
      expect(runs(account)).toEqual([]);
    }),
  );

  it(
    "is refused where it exists already, has no group, or makes no sense",
    withBatch(async ({ schedules }) => {
      await schedules.createSchedule(nightly());
      await expect(schedules.createSchedule(nightly())).rejects.toThrow(ConflictException);
      await expect(schedules.createSchedule(nightly({ GroupName: "none" }))).rejects.toThrow(ResourceNotFoundException);
      await expect(schedules.getSchedule({ Name: "none" })).rejects.toThrow("Schedule none does not exist.");
      const wrong: Partial<CreateScheduleInput>[] = [
        { ScheduleExpression: "rate(1 minutes)" },
        { ScheduleExpressionTimezone: "Mars/Olympus" },
        { FlexibleTimeWindow: { Mode: "FLEXIBLE" } },
        { Target: { Arn: CLUSTER, RoleArn } },
        { State: "PAUSED" as never },
      ];
      for (const [index, more] of wrong.entries())
        await expect(schedules.createSchedule(nightly({ Name: `wrong-${index}`, ...more }))).rejects.toThrow(
          ValidationException,
        );
      expect((await schedules.listSchedules({})).Schedules).toHaveLength(1);
    }),
  );
});
