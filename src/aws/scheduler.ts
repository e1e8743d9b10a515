import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  type SchedulerClient,
  type ScheduleState,
  type ScheduleSummary,
  type Target,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { isAwsError } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import { inBatches } from "./in-batches.ts";
import { said, saidText } from "./said.ts";
import { runOf, type TaskRun, taskRunOf } from "./task-run.ts";

export type Scheduler = ReturnType<typeof createScheduler>;
export type ScheduleName = { group: string; name: string };

/** A schedule of EventBridge Scheduler as far as the runbook reads it. Moments are ISO 8601. */
export type Schedule = ScheduleName & {
  arn: string;
  state: string;
  expression: string;
  timeZone?: string;
  startsAt?: string;
  endsAt?: string;
  changedAt?: string;
  flexibleMinutes: number;
  /** The role with which it calls its target: whoever changes the schedule passes it on. */
  roleArn?: string;
  /** Everything but the state, as a fingerprint: a schedule that somebody changed has another one. */
  fingerprint: string;
  /** The task that it runs; undefined where it calls another operation of ECS, with that input. */
  run?: TaskRun;
  call: { operation: string; input: Record<string, unknown> };
};

/** One-time schedules come in millions: of more than this many nobody can look at each inside a preflight. */
const MOST_SCHEDULES = 5_000;

export function createScheduler(client: SchedulerClient) {
  async function read({ group, name }: ScheduleName): Promise<GetScheduleCommandOutput | undefined> {
    try {
      return await client.send(new GetScheduleCommand({ GroupName: group, Name: name }));
    } catch (error) {
      if (isAwsError(error, "ResourceNotFoundException")) return undefined;
      throw error;
    }
  }

  return {
    /** Undefined where there is none of that name. */
    async schedule(name: ScheduleName): Promise<Schedule | undefined> {
      const found = await read(name);
      return found && toSchedule(found);
    },

    /** Every schedule of every group that calls ECS. Throws where there are too many to look at. */
    async schedulesOfEcs(): Promise<Schedule[]> {
      const listed: ScheduleSummary[] = [];
      for (let NextToken: string | undefined; ; ) {
        const page = await client.send(new ListSchedulesCommand({ MaxResults: 100, NextToken }));
        listed.push(...(page.Schedules ?? []));
        NextToken = page.NextToken;
        if (!NextToken) break;
        if (listed.length >= MOST_SCHEDULES)
          throw new Error(`expected at most ${MOST_SCHEDULES} schedules to look through, found more`);
      }
      const ofEcs = listed.filter(({ Name, Target }) => isOfEcs(saidText(Target?.Arn, `what schedule ${Name} calls`)));
      const found = await inBatches(ofEcs, ({ GroupName, Name }) =>
        read({ group: saidText(GroupName, "the group of a schedule"), name: saidText(Name, "the name of a schedule") }),
      );
      return found.flatMap((each) => (each ? [toSchedule(each)] : []));
    },

    /**
     * Changes the state and nothing else. UpdateSchedule gives every member that it is not told its default, so the schedule is sent
     * again as it is now. False where it is gone, or not the one with that fingerprint any more: then nothing is changed.
     */
    async setState({
      group,
      name,
      state,
      fingerprint: wanted,
    }: ScheduleName & { state: ScheduleState; fingerprint: string }): Promise<boolean> {
      const now = await read({ group, name });
      if (!now || fingerprintOf(now) !== wanted) return false;
      await client.send(new UpdateScheduleCommand({ ...settingsOf(now), State: state }));
      return true;
    },
  };
}

/** What UpdateSchedule takes of what GetSchedule answers. */
function settingsOf(found: GetScheduleCommandOutput): UpdateScheduleCommandInput {
  const {
    $metadata: _metadata,
    Arn: _arn,
    CreationDate: _created,
    LastModificationDate: _changed,
    ...settings
  } = found;
  return settings as UpdateScheduleCommandInput;
}

const fingerprintOf = (found: GetScheduleCommandOutput): string =>
  fingerprint({ ...settingsOf(found), State: undefined });

const CLUSTER = /^arn:[^:]+:ecs:[^:]*:\d+:cluster\//;
const UNIVERSAL = /^arn:[^:]+:scheduler:::aws-sdk:ecs:(\w+)$/;
const isOfEcs = (arn = ""): boolean => CLUSTER.test(arn) || UNIVERSAL.test(arn);

function toSchedule(found: GetScheduleCommandOutput): Schedule {
  const { FlexibleTimeWindow: window, Target } = found;
  const name = saidText(found.Name, "the name of a schedule");
  return {
    group: found.GroupName ?? "default",
    name,
    arn: saidText(found.Arn, `the ARN of schedule ${name}`),
    // Without it a schedule would be taken for paused, or for as it was before.
    state: saidText(found.State, `the state of schedule ${name}`),
    expression: saidText(found.ScheduleExpression, `when schedule ${name} runs`),
    timeZone: found.ScheduleExpressionTimezone,
    startsAt: found.StartDate?.toISOString(),
    endsAt: found.EndDate?.toISOString(),
    changedAt: (found.LastModificationDate ?? found.CreationDate)?.toISOString(),
    flexibleMinutes: window?.Mode === "FLEXIBLE" ? (window.MaximumWindowInMinutes ?? 0) : 0,
    roleArn: Target?.RoleArn,
    fingerprint: fingerprintOf(found),
    ...callOf(said(Target, `what schedule ${name} calls`), name),
  };
}

function callOf({ Arn, EcsParameters, Input }: Target, name: string): Pick<Schedule, "run" | "call"> {
  const arn = saidText(Arn, `what schedule ${name} calls`);
  if (CLUSTER.test(arn)) said(EcsParameters, `which task schedule ${name} runs`);
  if (EcsParameters) return { run: taskRunOf(arn, EcsParameters, Input), call: { operation: "runTask", input: {} } };
  const operation = UNIVERSAL.exec(arn)?.[1] ?? "";
  const input = inLowerCamelCase(inputOf(Input)) as Record<string, unknown>;
  return operation === "runTask"
    ? { run: runOf(input), call: { operation, input: {} } }
    : { call: { operation, input } };
}

function inputOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

/** A universal target's input spells every member with a capital; ECS's API does not. */
function inLowerCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inLowerCamelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
      inLowerCamelCase(member),
    ]),
  );
}
