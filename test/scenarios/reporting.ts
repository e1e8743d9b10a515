import { EventBridgeClient, ListTargetsByRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { test } from "vitest";
import { judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { REPORT, scheduled, withReports } from "./shapes/reports.ts";

export type Run = Awaited<ReturnType<typeof judgedUpgrade>>;

export const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 60_000 }, () =>
    inVirtualTime(async () => void (await expectation(await judgedUpgrade(meddling)))),
  );

export const HOURLY = "cron(30 * * * ? *)";
export const QUICK: NoticeboardCloudOptions = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
export const reporting = (
  { by = "rule", schedule = HOURLY, ...more }: { by?: "rule" | "scheduler"; schedule?: string; mode?: string } = {},
  options: NoticeboardCloudOptions = {},
): NoticeboardCloudOptions => ({
  ...withReports({ scheduled: scheduled(schedule, { by }), target: [`otherWriters: ${more.mode ?? "pause"}`] }).cloud,
  ...QUICK,
  ...options,
});

export const ruleOf = (cloud: SimulatedCloud) => (cloud.eventBridge.state() as { rules: { State: string }[] }).rules[0];
export const scheduleOf = (cloud: SimulatedCloud) =>
  (cloud.scheduler.state() as { schedules: { State: string; Description?: string }[] }).schedules[0];
export const checkOf = ({ state }: Run, wanted: string) => state.checks.find(({ name }) => name === wanted);

/** The schedule as it can be sent again. */
export async function settingsOf(scheduler: SchedulerClient) {
  const found = await scheduler.send(new GetScheduleCommand({ Name: REPORT }));
  const {
    $metadata: _metadata,
    Arn: _arn,
    CreationDate: _created,
    LastModificationDate: _changed,
    ...settings
  } = found;
  return settings;
}

export async function changeSchedule({ operator }: SimulatedCloud, change: object) {
  const scheduler = new SchedulerClient(operator);
  await scheduler.send(new UpdateScheduleCommand({ ...(await settingsOf(scheduler)), ...change } as never));
}

/** Makes the schedule again, with what a seed does not know. */
export const scheduleWith = (change: object) => async (cloud: SimulatedCloud) => {
  const scheduler = new SchedulerClient(cloud.operator);
  const settings = await settingsOf(scheduler);
  await scheduler.send(new DeleteScheduleCommand({ Name: REPORT }));
  await scheduler.send(new CreateScheduleCommand({ ...settings, ...change } as never));
};

/** A rule that runs the application itself, perhaps with another command. */
export const OWN_FAMILY: NoticeboardCloudOptions = {
  ...QUICK,
  target: ["otherWriters: pause"],
  seed: `scheduledTasks:\n  nightly: { cluster: noticeboard, taskDefinition: noticeboard, schedule: "${HOURLY}" }`,
};

export async function pinTheRevision({ operator }: SimulatedCloud) {
  const events = new EventBridgeClient(operator);
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: "nightly" }));
  const pinned = Targets.map(({ EcsParameters, ...target }) => ({
    ...target,
    EcsParameters: { ...EcsParameters, TaskDefinitionArn: `${EcsParameters!.TaskDefinitionArn}:1` },
  }));
  await events.send(new PutTargetsCommand({ Rule: "nightly", Targets: pinned }));
}
