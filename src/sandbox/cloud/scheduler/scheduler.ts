import * as sdk from "@aws-sdk/client-scheduler";
import type { Handlers } from "../../wire/server.ts";
import { AwsError, awsError } from "../../wire/service.ts";
import { follow } from "../follow.ts";
import type { EcsCaller } from "../seams.ts";
import { arn, type World } from "../world.ts";
import { type Groups, groupHandlers, groupNotFound } from "./groups.ts";
import { checkEnum, page, readSettings, type Schedule, scheduleNotFound, timetableOf } from "./schedule.ts";
import { callOf } from "./target-call.ts";

export type Scheduler = {
  handlers: Handlers<typeof sdk>;
  /** Every schedule, for people. */
  state(): unknown;
  /** No schedule does anything any more. */
  stop(): void;
};

/** EventBridge Scheduler. Targets that are not ECS are kept and described, and do nothing. */
export function createScheduler(world: World, { ecs }: { ecs: EcsCaller }): Scheduler {
  const schedules = new Map<string, Schedule>();
  const groups: Groups = new Map([["default", { createdAt: new Date(world.clock.now()) }]]);
  const keyOf = (name = "", group = "default") => `${group}/${name}`;
  const now = () => new Date(world.clock.now());

  function find(name: string | undefined, group: string | undefined): Schedule {
    const schedule = schedules.get(keyOf(name, group));
    if (!schedule) throw scheduleNotFound(name ?? "");
    return schedule;
  }

  function arm(schedule: Schedule): void {
    schedule.cancel();
    schedule.cancel = () => {};
    const { settings } = schedule;
    const timetable = timetableOf(settings, schedule.changedAt);
    if (settings.State === "DISABLED") return;
    const { Mode, MaximumWindowInMinutes = 0 } = settings.FlexibleTimeWindow;
    const cancelLate = new Set<() => void>();
    const cancelSchedule = follow(world, timetable, (dueMs) => {
      const windowMs = Mode === "FLEXIBLE" ? MaximumWindowInMinutes * 60_000 : 0;
      if (windowMs) cancelLate.add(world.timers.after(world.ids.fraction() * windowMs, () => invoke(schedule)));
      else invoke(schedule);
      if (timetable(dueMs) === undefined && settings.ActionAfterCompletion === "DELETE")
        schedules.delete(keyOf(settings.Name, settings.GroupName));
    });
    schedule.cancel = () => {
      cancelSchedule();
      for (const cancel of cancelLate) cancel();
    };
  }

  /** A call that ECS refuses is tried again by AWS for a day where that may help; here it stays a refusal in the log. */
  function invoke({ settings: { Name, Target } }: Schedule): void {
    const call = callOf(Name, Target);
    if (!call) return;
    try {
      ecs.call(call.operation, call.input, Target.RoleArn!);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  const handlers = {
    CreateSchedule(input) {
      const settings = readSettings(input, { nowMs: world.clock.now() });
      const key = keyOf(settings.Name, settings.GroupName);
      if (!groups.has(settings.GroupName)) throw groupNotFound(settings.GroupName);
      const known = schedules.get(key);
      if (known?.token && known.token === input.ClientToken) return { ScheduleArn: known.arn };
      if (known) throw awsError(sdk.ConflictException$, `Schedule ${settings.Name} already exists.`);
      checkTarget(settings.Target);
      const schedule: Schedule = {
        arn: arn(world, "scheduler", `schedule/${key}`),
        createdAt: now(),
        changedAt: now(),
        settings,
        token: input.ClientToken,
        cancel: () => {},
      };
      arm(schedule);
      schedules.set(key, schedule);
      return { ScheduleArn: schedule.arn };
    },

    /** Replaces everything: what the call leaves out gets its default, the state of ENABLED too. */
    UpdateSchedule(input) {
      const settings = readSettings(input, { nowMs: world.clock.now() });
      const schedule = find(settings.Name, settings.GroupName);
      checkTarget(settings.Target);
      timetableOf(settings, now());
      schedule.settings = settings;
      schedule.changedAt = now();
      arm(schedule);
      return { ScheduleArn: schedule.arn };
    },

    GetSchedule({ Name, GroupName }) {
      const { arn: Arn, settings, createdAt, changedAt } = find(Name, GroupName);
      return { Arn, ...settings, CreationDate: createdAt, LastModificationDate: changedAt };
    },

    ListSchedules({ GroupName, NamePrefix = "", State, ...paging }) {
      checkEnum("state", State, sdk.ScheduleState);
      if (GroupName !== undefined && !groups.has(GroupName)) throw groupNotFound(GroupName);
      const found = [...schedules.values()].filter(
        ({ settings }) =>
          (GroupName === undefined || settings.GroupName === GroupName) &&
          settings.Name.startsWith(NamePrefix) &&
          (State === undefined || settings.State === State),
      );
      const { items, NextToken } = page(found, paging);
      return { Schedules: items.map(summarise), NextToken };
    },

    DeleteSchedule({ Name, GroupName }) {
      find(Name, GroupName).cancel();
      schedules.delete(keyOf(Name, GroupName));
      return {};
    },

    ...groupHandlers(world, groups, schedules),
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    state: () => ({ schedules: [...schedules.values()].map(({ arn: Arn, settings }) => ({ Arn, ...settings })) }),
    stop() {
      for (const { cancel } of schedules.values()) cancel();
    },
  };
}

/** A list shows what each schedule is aimed at, and not what it does there: that takes GetSchedule. */
const summarise = ({ arn: Arn, settings, createdAt, changedAt }: Schedule): sdk.ScheduleSummary => ({
  Arn,
  Name: settings.Name,
  GroupName: settings.GroupName,
  State: settings.State,
  CreationDate: createdAt,
  LastModificationDate: changedAt,
  Target: { Arn: settings.Target.Arn },
});

function checkTarget({ Arn = "", EcsParameters, Input }: sdk.Target): void {
  const refuse = (why: string) => awsError(sdk.ValidationException$, `Invalid request provided: ${why}`);
  const cluster = /^arn:[^:]+:ecs:[^:]*:\d+:cluster\//.test(Arn);
  if (cluster && !EcsParameters) throw refuse("EcsParameters are required for an ECS cluster.");
  if (EcsParameters && !cluster) throw refuse(`EcsParameters cannot be used with the target ${Arn}.`);
  if (!/^arn:[^:]+:[^:]+:/.test(Arn)) throw refuse(`${Arn} is not a valid target ARN.`);
  if (Input === undefined || !(cluster || Arn.includes(":aws-sdk:"))) return;
  try {
    JSON.parse(Input);
  } catch {
    throw refuse("the target's Input is no JSON.");
  }
}
