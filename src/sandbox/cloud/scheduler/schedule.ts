import * as sdk from "@aws-sdk/client-scheduler";
import { readExpression } from "../../../schedules/expression.ts";
import { InvalidExpression, type Timetable } from "../../../schedules/timetable.ts";
import { type AwsError, awsError } from "../../wire/service.ts";

export type Schedule = {
  arn: string;
  createdAt: Date;
  changedAt: Date;
  /** What CreateSchedule or UpdateSchedule said, with the defaults of what it left out. */
  settings: ScheduleSettings;
  /** The client token it was created with: the same call again is no error. */
  token?: string;
  /** Ends what the schedule has in mind. */
  cancel: () => void;
};
export type ScheduleSettings = Omit<
  sdk.CreateScheduleInput,
  "Name" | "GroupName" | "State" | "Target" | "ClientToken" | "FlexibleTimeWindow" | "ScheduleExpression"
> & {
  Name: string;
  GroupName: string;
  ScheduleExpression: string;
  State: sdk.ScheduleState;
  Target: sdk.Target;
  FlexibleTimeWindow: sdk.FlexibleTimeWindow;
};

export const invalid = (message: string): AwsError => awsError(sdk.ValidationException$, message);

export const scheduleNotFound = (name: string): AwsError =>
  awsError(sdk.ResourceNotFoundException$, `Schedule ${name} does not exist.`);

export function checkName(path: string, name: string): void {
  if (!/^[0-9a-zA-Z\-_.]{1,64}$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$`,
    );
}

export function checkEnum(path: string, value: string | undefined, values: Record<string, string>): void {
  if (value === undefined || Object.values(values).includes(value)) return;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(values).join(", ")}]`,
  );
}

/** When it is due, between its start and its end. A rate without a start is due at once. Throws ValidationException. */
export function timetableOf(
  { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate }: ScheduleSettings,
  createdAt: Date,
): Timetable {
  const startsMs = (StartDate ?? createdAt).getTime();
  try {
    const next = readExpression(ScheduleExpression, { anchorMs: startsMs, timeZone: ScheduleExpressionTimezone });
    return (afterMs) => {
      const dueMs = next(Math.max(afterMs, startsMs - 1));
      return dueMs !== undefined && dueMs <= (EndDate?.getTime() ?? Infinity) ? dueMs : undefined;
    };
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  }
}

/** AWS refuses an older one, also where an update only repeats what the schedule has. */
const OLDEST_START_MS = 300_000;

/** Reads a request, with AWS's defaults for whatever it leaves out. Throws ValidationException. */
export function readSettings(
  input: sdk.CreateScheduleInput | sdk.UpdateScheduleInput,
  { nowMs }: { nowMs: number },
): ScheduleSettings {
  const {
    Name,
    GroupName = "default",
    State = "ENABLED",
    Target,
    FlexibleTimeWindow,
    ClientToken: _token,
    ...rest
  } = input;
  checkName("name", Name!);
  checkEnum("state", State, sdk.ScheduleState);
  checkEnum("actionAfterCompletion", rest.ActionAfterCompletion, sdk.ActionAfterCompletion);
  checkEnum("flexibleTimeWindow.mode", FlexibleTimeWindow?.Mode, sdk.FlexibleTimeWindowMode);
  const { Mode, MaximumWindowInMinutes } = FlexibleTimeWindow!;
  if (Mode === "FLEXIBLE" && !MaximumWindowInMinutes)
    throw invalid("Invalid request provided: MaximumWindowInMinutes is required for the mode FLEXIBLE.");
  const recurs = !rest.ScheduleExpression!.startsWith("at(");
  if (recurs && rest.StartDate && rest.StartDate.getTime() < nowMs - OLDEST_START_MS)
    throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (!Target!.Arn || !Target!.RoleArn) throw invalid("Invalid request provided: a target needs Arn and RoleArn.");
  return {
    ...rest,
    Name: Name!,
    GroupName,
    ScheduleExpression: rest.ScheduleExpression!,
    ScheduleExpressionTimezone: rest.ScheduleExpressionTimezone ?? "UTC",
    ActionAfterCompletion: rest.ActionAfterCompletion ?? "NONE",
    State,
    FlexibleTimeWindow: FlexibleTimeWindow!,
    Target: {
      ...Target!,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...Target!.RetryPolicy },
    },
  };
}

/** One page of a list; `MaxResults` is 1 to 100. */
export function page<Item>(
  items: Item[],
  { MaxResults = 100, NextToken }: { MaxResults?: number; NextToken?: string },
): { items: Item[]; NextToken?: string } {
  const size = Number(MaxResults);
  if (!Number.isInteger(size) || size < 1 || size > 100) throw invalid(`Invalid MaxResults ${MaxResults}.`);
  const start = NextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(NextToken)?.[1]);
  if (!Number.isInteger(start)) throw invalid("Invalid NextToken.");
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { NextToken: `from-${end}` }) };
}
