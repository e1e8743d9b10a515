import * as sdk from "@aws-sdk/client-scheduler";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { checkName, page, type Schedule } from "./schedule.ts";

export type Groups = Map<string, { createdAt: Date }>;

export const groupNotFound = (name: string) =>
  awsError(sdk.ResourceNotFoundException$, `Schedule group ${name} does not exist.`);

export const groupHandlers = (world: World, groups: Groups, schedules: Map<string, Schedule>) => {
  const describe = (Name: string): sdk.ScheduleGroupSummary => {
    const group = groups.get(Name);
    if (!group) throw groupNotFound(Name);
    return {
      Arn: arn(world, "scheduler", `schedule-group/${Name}`),
      Name,
      State: "ACTIVE",
      CreationDate: group.createdAt,
      LastModificationDate: group.createdAt,
    };
  };
  return {
    CreateScheduleGroup({ Name }) {
      checkName("name", Name!);
      if (groups.has(Name!)) throw awsError(sdk.ConflictException$, `Schedule group ${Name} already exists.`);
      groups.set(Name!, { createdAt: new Date(world.clock.now()) });
      return { ScheduleGroupArn: arn(world, "scheduler", `schedule-group/${Name}`) };
    },
    GetScheduleGroup: ({ Name }) => describe(Name!),
    ListScheduleGroups({ NamePrefix = "", ...paging }) {
      const { items, NextToken } = page(
        [...groups.keys()].filter((name) => name.startsWith(NamePrefix)).sort(),
        paging,
      );
      return { ScheduleGroups: items.map(describe), NextToken };
    },
    /** Its schedules go with it. */
    DeleteScheduleGroup({ Name }) {
      describe(Name!);
      if (Name === "default") throw awsError(sdk.ValidationException$, "The default schedule group cannot be deleted.");
      groups.delete(Name!);
      for (const [key, { settings, cancel }] of schedules) {
        if (settings.GroupName !== Name) continue;
        cancel();
        schedules.delete(key);
      }
      return {};
    },
  } satisfies Handlers<typeof sdk>;
};
