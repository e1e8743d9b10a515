import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Aws } from "../../aws/aws.ts";
import { type EcsTask, isQuiet } from "../../aws/ecs-shapes.ts";
import type { RuleOfTasks } from "../../aws/event-bridge.ts";
import type { Schedule } from "../../aws/scheduler.ts";
import type { TaskRun } from "../../aws/task-run.ts";
import { parseImageReference } from "../../operations/image-reference.ts";
import { isSpent } from "../../schedules/occurrences.ts";
import type { Target } from "../../targets/schema.ts";
import type { Read, ServiceShape } from "../discovery.ts";
import { read } from "../read.ts";
import { type DatabaseAddresses, isOfDatabase, namesDatabase } from "../same-database.ts";
import {
  declaredFamilies,
  isSameCluster,
  modeOf,
  type Relation,
  type StandaloneTask,
  type Starter,
  type StarterRun,
} from "./writer.ts";

/** Whatever else starts tasks on the target's data, as far as it can be found. Each part is read by itself: permissions may differ. */
export type WritersFound = {
  rules: Read<Starter[]>;
  schedules: Read<Starter[]>;
  tasks: Read<StandaloneTask[]>;
};

type Options = {
  aws: Aws;
  target: Target;
  /** That the nodes are to run. */
  image: Read<string>;
  shapes: Read<ServiceShape[]>;
  databaseAddresses: Read<DatabaseAddresses | undefined>;
  nowMs: number;
};

export async function findWriters(options: Options): Promise<WritersFound> {
  const { aws, target, shapes, databaseAddresses, nowMs } = options;
  if (!shapes.ok) return { rules: shapes, schedules: shapes, tasks: shapes };
  const addresses = databaseAddresses.ok ? databaseAddresses.value : undefined;
  const judge = judging({ ...options, own: shapes.value, addresses });
  const [rules, schedules, tasks] = await Promise.all([
    read(async () => {
      const found = await aws.eventBridge.rulesOfTasks(await aws.ecs.clusterArns());
      return (await Promise.all(found.map((rule) => starterOfRule(rule, judge)))).filter(concernsUs(nowMs));
    }),
    read(async () => {
      const found = await aws.scheduler.schedulesOfEcs();
      return (
        await Promise.all(
          found.map((schedule) => starterOfSchedule(schedule, { judge, nowMs, target, own: shapes.value })),
        )
      ).filter(concernsUs(nowMs));
    }),
    read(async () => {
      const tasks = await aws.ecs.tasks(target.cluster, await aws.ecs.tasksOfCluster(target.cluster));
      const standalone = tasks.filter((task) => !isQuiet(task) && !task.group.startsWith("service:"));
      return (await Promise.all(standalone.map((task) => taskOf(task, { target, judge })))).flat();
    }),
  ]);
  return { rules, schedules, tasks };
}

/** No window is so long. */
const LONG_AFTER_MS = 24 * 60 * 60_000;

/** A schedule that moves a service of the target by itself: to another count, or to another deployment. */
function updatesOf({ call }: Schedule, { target, own }: { target: Target; own: ServiceShape[] }): StarterRun[] {
  const { service = "", cluster = "default" } = call.input as { service?: string; cluster?: string };
  const shape = own.find((each) => each.service === service.split("/").at(-1));
  if (call.operation !== "updateService" || !shape || !isSameCluster(cluster, target.cluster)) return [];
  const { family } = shape;
  return [
    {
      cluster: target.cluster,
      family,
      taskDefinition: family,
      command: "update-service",
      request: call.input,
      what: `UpdateService of ${shape.service}`,
      relation: "same",
      mode: modeOf(target, { family, own: true }),
      stale: false,
    },
  ];
}

type Judge = (
  taskDefinition: string,
) => Promise<Pick<StarterRun, "family" | "mode" | "stale"> & { relation?: Relation }>;

/** One that may start something on this data, now or ever again. */
const concernsUs =
  (nowMs: number) =>
  ({ runs, timing }: Starter): boolean =>
    runs.length > 0 && !(timing && isSpent(timing, nowMs));

async function starterOfRule(rule: RuleOfTasks, judge: Judge): Promise<Starter> {
  const { bus, name, arn, roleArn, state, fingerprint, schedule, managedBy } = rule;
  const runs = await runsOf(rule.runs, judge);
  return {
    kind: "rule",
    of: bus,
    name,
    arn,
    roleArn,
    state,
    fingerprint,
    timing: schedule === undefined ? undefined : { expression: schedule },
    flexibleMinutes: 0,
    asleep: false,
    unpausable: managedBy && `${managedBy} manages it, and alone may disable it`,
    otherTargets: rule.otherTargets + rule.runs.length - runs.length,
    runs,
  };
}

async function starterOfSchedule(
  schedule: Schedule,
  { judge, nowMs, ...ours }: { judge: Judge; nowMs: number; target: Target; own: ServiceShape[] },
): Promise<Starter> {
  const { group, name, arn, roleArn, state, fingerprint, expression, timeZone, startsAt, endsAt } = schedule;
  const { changedAt, flexibleMinutes } = schedule;
  return {
    kind: "schedule",
    of: group,
    name,
    arn,
    roleArn,
    state,
    fingerprint,
    timing: { expression, timeZone, startsAt, endsAt, anchoredAt: changedAt },
    flexibleMinutes,
    asleep: startsAt !== undefined && Date.parse(startsAt) > nowMs + LONG_AFTER_MS,
    unpausable:
      startsAt === undefined || expression.startsWith("at(")
        ? undefined
        : `AWS refuses a start date of the past, also when it is repeated: ${startsAt} would be lost when the schedule is enabled again`,
    otherTargets: 0,
    runs: schedule.run ? await runsOf([schedule.run], judge) : updatesOf(schedule, ours),
  };
}

async function runsOf(runs: TaskRun[], judge: Judge): Promise<StarterRun[]> {
  const judged = runs.map(async ({ cluster, taskDefinition, request }) => {
    const { relation, ...verdict } = await judge(taskDefinition);
    const asked = { command: "run-task" as const, request: { ...request } };
    return relation ? [{ cluster, taskDefinition, ...asked, relation, ...verdict }] : [];
  });
  return (await Promise.all(judged)).flat();
}

async function taskOf(task: EcsTask, { target, judge }: { target: Target; judge: Judge }): Promise<StandaloneTask[]> {
  const { arn, group, startedBy, lastStatus } = task;
  const { relation, family, mode } = await judge(task.taskDefinitionArn);
  return relation ? [{ arn, cluster: target.cluster, family, group, startedBy, lastStatus, relation, mode }] : [];
}

/** Answers for a task definition whether it is on the target's data. Each is described once. */
function judging({
  aws,
  target,
  image,
  own,
  addresses,
}: Pick<Options, "aws" | "target" | "image"> & {
  /** Of the target's services: what the application itself is. */
  own: ServiceShape[];
  addresses: DatabaseAddresses | undefined;
}): Judge {
  const described = new Map<string, Promise<TaskDefinition | undefined>>(
    own.map(({ definition }) => [definition.taskDefinitionArn!, Promise.resolve(definition)]),
  );
  const describe = (taskDefinition: string) => {
    const known = described.get(taskDefinition) ?? aws.ecs.revision(taskDefinition).catch(unknown);
    described.set(taskDefinition, known);
    return known;
  };
  const ownFamilies = own.map(({ family }) => family);
  const declared = declaredFamilies(target);
  const repositories = own.flatMap(({ definition }) =>
    repositoriesOf(definition, ({ name }) => target.services.some(({ container }) => container === name)),
  );
  return async (taskDefinition) => {
    const family = familyOf(taskDefinition);
    const isOwn = ownFamilies.includes(family);
    const definition = await describe(taskDefinition);
    const others = definition
      ? repositoriesOf(definition, (container) => !image.ok || container.image !== image.value)
      : [];
    return {
      family,
      mode: modeOf(target, { family, own: isOwn }),
      // The application's own family without a revision is the newest one: by then that of the upgrade.
      stale: others.some((each) => repositories.includes(each)) && !(isOwn && !isPinned(taskDefinition)),
      relation: isOwn || declared.includes(family) ? "same" : relationOf(definition, addresses),
    };
  };
}

const unknown = (): undefined => undefined;

/** Undefined where the task is of other data, or of none. */
function relationOf(
  definition: TaskDefinition | undefined,
  addresses: DatabaseAddresses | undefined,
): Relation | undefined {
  if (!addresses) return undefined;
  if (!definition) return "unknown";
  if (namesDatabase(definition, addresses).length) return "same";
  const hidden = (definition.containerDefinitions ?? []).some(
    ({ environmentFiles = [], secrets = [] }) =>
      environmentFiles.length > 0 || secrets.some(({ name = "" }) => isOfDatabase(name)),
  );
  return hidden ? "unknown" : undefined;
}

/** `arn:…:task-definition/nightly:3`, `nightly:3` or `nightly`. */
export const familyOf = (taskDefinition: string): string =>
  taskDefinition.split("task-definition/").at(-1)!.split(":")[0]!;
const isPinned = (taskDefinition: string): boolean => /:\d+$/.test(taskDefinition);

/** Of the images of the containers that are meant, without tags and digests. */
export const repositoriesOf = (
  { containerDefinitions = [] }: TaskDefinition,
  which: (container: ContainerDefinition) => boolean,
): string[] =>
  containerDefinitions.filter(which).flatMap(({ image = "" }) => {
    const reference = parseImageReference(image);
    return reference ? [`${reference.registry}/${reference.repository}`] : [];
  });
