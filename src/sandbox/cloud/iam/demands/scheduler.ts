import type * as sdk from "@aws-sdk/client-scheduler";
import { arn } from "../../world.ts";
import { type Demand, type Demands, passRole, requestTags, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

/** EventBridge Scheduler. Whoever makes or changes a schedule hands its role over, although the role was there before. */
export function schedulerDemands({ world }: Known): Demands<typeof sdk> {
  const on =
    (operation: string) =>
    ({ Name = "", GroupName = "default" }: { Name?: string; GroupName?: string }): Demand[] => [
      { action: `scheduler:${operation}`, resource: arn(world, "scheduler", `schedule/${GroupName}/${Name}`) },
    ];
  const onGroup =
    (operation: string) =>
    ({ Name = "" }: { Name?: string }): Demand[] => [
      { action: `scheduler:${operation}`, resource: arn(world, "scheduler", `schedule-group/${Name}`) },
    ];
  const passing = (target?: sdk.Target): Demand[] =>
    target?.RoleArn ? [passRole(target.RoleArn, "scheduler.amazonaws.com")] : [];

  return {
    ...withoutResource("scheduler", "ListSchedules", "ListScheduleGroups"),
    GetSchedule: on("GetSchedule"),
    DeleteSchedule: on("DeleteSchedule"),
    CreateSchedule: ({ Target, ...input }) => [...on("CreateSchedule")(input), ...passing(Target)],
    UpdateSchedule: ({ Target, ...input }) => [...on("UpdateSchedule")(input), ...passing(Target)],
    GetScheduleGroup: onGroup("GetScheduleGroup"),
    DeleteScheduleGroup: onGroup("DeleteScheduleGroup"),
    CreateScheduleGroup: ({ Tags, ...input }) =>
      onGroup("CreateScheduleGroup")(input).map((demand) => ({ ...demand, values: requestTags(Tags) })),
  };
}
