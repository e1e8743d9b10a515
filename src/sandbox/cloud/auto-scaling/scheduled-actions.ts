import * as sdk from "@aws-sdk/client-application-auto-scaling";
import { readExpression } from "../../../schedules/expression.ts";
import { InvalidExpression, type Timetable } from "../../../schedules/timetable.ts";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { follow } from "../follow.ts";
import { arn, type World } from "../world.ts";
import type { Activities } from "./activities.ts";
import type { Capacity } from "./capacity.ts";
import type { Target } from "./target.ts";
import { checkCapacity, checkNamespace, DIMENSION, ecsResource, invalid, notRegistered, page } from "./validation.ts";

type Action = sdk.ScheduledAction & { Schedule: string; ScheduledActionName: string; ResourceId: string };

/** Scheduled actions change a target's bounds when they are due, and with them perhaps its count; not while scheduled scaling is suspended, and not later. */
export function createScheduledActions(
  world: World,
  parts: { targets: ReadonlyMap<string, Target>; capacity: Capacity; activities: Activities },
) {
  const actions = new Map<string, { action: Action; cancel: () => void }>();
  const keyOf = (resourceId: string | undefined, name: string | undefined) => `${resourceId} ${name}`;

  function act({ ResourceId, ScheduledActionName, ScalableTargetAction = {} }: Action): void {
    const target = parts.targets.get(ResourceId);
    if (!target || target.suspended.ScheduledScalingSuspended) return;
    const { MinCapacity = target.minCapacity, MaxCapacity = target.maxCapacity } = ScalableTargetAction;
    if (MinCapacity > MaxCapacity) return;
    Object.assign(target, { minCapacity: MinCapacity, maxCapacity: MaxCapacity });
    parts.activities.add(ResourceId, {
      description: `Setting min capacity to ${MinCapacity} and max capacity to ${MaxCapacity}`,
      cause: `scheduled action name ${ScheduledActionName} was triggered`,
    });
    parts.capacity.record(target, "registered");
    parts.capacity.moveIntoBounds(target);
  }

  const handlers = {
    /** An update keeps what it leaves out, but for the start and the end: "the old values are deleted". */
    PutScheduledAction(input) {
      const resourceId = ecsResource(input);
      if (!parts.targets.has(resourceId)) throw notRegistered(resourceId);
      const name = input.ScheduledActionName ?? "";
      if (!/^[^|/\p{Cc}]{1,256}$/u.test(name)) throw invalid(`Invalid scheduled action name ${name}`);
      checkBounds(input.ScalableTargetAction);
      const key = keyOf(resourceId, name);
      const known = actions.get(key)?.action;
      const schedule = input.Schedule ?? known?.Schedule;
      if (schedule === undefined) throw invalid("Schedule is required when a scheduled action is created");
      const action: Action = {
        ScheduledActionName: name,
        ScheduledActionARN:
          known?.ScheduledActionARN ??
          arn(
            world,
            "autoscaling",
            `scheduledAction:${world.ids.hex(32)}:resource/ecs/${resourceId}:scheduledActionName/${name}`,
          ),
        ServiceNamespace: "ecs",
        ResourceId: resourceId,
        ScalableDimension: DIMENSION,
        CreationTime: known?.CreationTime ?? new Date(world.clock.now()),
        Schedule: schedule,
        Timezone: input.Timezone ?? known?.Timezone,
        StartTime: input.StartTime,
        EndTime: input.EndTime,
        ScalableTargetAction: input.ScalableTargetAction ?? known?.ScalableTargetAction,
      };
      const timetable = timetableOf(action, world.clock.now());
      actions.get(key)?.cancel();
      actions.set(key, { action, cancel: follow(world, timetable, () => act(action)) });
      return {};
    },

    DescribeScheduledActions(input) {
      checkNamespace(input);
      const found = [...actions.values()]
        .map(({ action }) => action)
        .filter(
          (action) =>
            action.ServiceNamespace === input.ServiceNamespace &&
            (input.ResourceId === undefined || action.ResourceId === input.ResourceId) &&
            (!input.ScheduledActionNames?.length || input.ScheduledActionNames.includes(action.ScheduledActionName)),
        );
      const { items, NextToken } = page(found, input);
      return { ScheduledActions: items, NextToken };
    },

    DeleteScheduledAction(input) {
      const resourceId = ecsResource(input);
      const key = keyOf(resourceId, input.ScheduledActionName);
      const known = actions.get(key);
      if (!known)
        throw awsError(
          sdk.ObjectNotFoundException$,
          `No scheduled action found for resource ID: ${resourceId}, name: ${input.ScheduledActionName}`,
        );
      known.cancel();
      actions.delete(key);
      return {};
    },
  } satisfies Handlers<typeof sdk>;

  return {
    handlers,
    all: () => [...actions.values()].map(({ action }) => action),
    /** Deregistering a target deletes its scheduled actions. */
    forget(resourceId: string) {
      for (const [key, { action, cancel }] of actions) {
        if (action.ResourceId !== resourceId) continue;
        cancel();
        actions.delete(key);
      }
    },
    stop() {
      for (const { cancel } of actions.values()) cancel();
    },
  };
}

function checkBounds(action: sdk.ScalableTargetAction | undefined): void {
  checkCapacity("minCapacity", action?.MinCapacity);
  checkCapacity("maxCapacity", action?.MaxCapacity);
  if (action && (action.MinCapacity ?? 0) > (action.MaxCapacity ?? Infinity))
    throw invalid("Maximum capacity cannot be less than minimum capacity");
}

function timetableOf({ Schedule, Timezone, StartTime, EndTime }: Action, nowMs: number): Timetable {
  const startsMs = StartTime?.getTime() ?? nowMs;
  try {
    const next = readExpression(Schedule, { anchorMs: startsMs, timeZone: Timezone });
    return (afterMs) => {
      const dueMs = next(Math.max(afterMs, startsMs - 1));
      return dueMs !== undefined && dueMs <= (EndTime?.getTime() ?? Infinity) ? dueMs : undefined;
    };
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    throw invalid(`Invalid schedule expression: ${Schedule}`);
  }
}
