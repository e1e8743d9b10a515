import type { SandboxEvent } from "../cloud/event-log.ts";
import type { Databases } from "./databases.ts";
import { type CheckedScenario, familyOf } from "./scenario.ts";

export type Mark = { seq: number; at: string };

/** A container of the target, from the moment its code may run until it cannot run any more. */
export type ContainerLife = {
  taskArn: string;
  name: string;
  group: string;
  /** It is the application's own container; a task may have others beside it. */
  application: boolean;
  imageDigest: string;
  version: "old" | "new";
  /** Its own address; or its instance's id, and its ports there. */
  target: { id: string; ports?: number[] };
  /** The data it reaches. */
  generation: string;
  /** When ECS was to run its task: until the container itself starts, minutes may pass. */
  launchedAt: string;
  started: Mark;
  ended?: Mark & { exitCode?: number };
  /** It was started with a command of its own instead of the node's: it ends by itself and serves nobody. */
  oneOff: boolean;
  /** Somebody other than the runbook asked for it after the operation had begun. */
  foreign: boolean;
};

type Options = { scenario: CheckedScenario; databases: Databases; beganAt: string };

/** Every container of the target. */
export const readContainers = (events: readonly SandboxEvent[], options: Options): ContainerLife[] =>
  readLives(events, options, (event) => belongs(event, options.scenario));

/** Every container that reaches the target's data, belongs to no service, and is not of a family that the target ignores. */
export const readWriters = (events: readonly SandboxEvent[], options: Options): ContainerLife[] =>
  readLives(events, options, (event) => {
    const { scenario, databases } = options;
    if (scenario.database === undefined || belongs(event, scenario) || event.group.startsWith("service:")) return false;
    return !isIgnored(familyOf(event.taskDefinitionArn), scenario) && databases.reaches(event, scenario.database);
  });

function isIgnored(family: string, { otherWriters = "refuse" }: CheckedScenario): boolean {
  if (typeof otherWriters === "string") return otherWriters === "ignore";
  return (otherWriters.families[family] ?? otherWriters.default) === "ignore";
}

type ContainerEvent = Extract<SandboxEvent, { kind: "container" }>;

function readLives(
  events: readonly SandboxEvent[],
  { scenario, databases, beganAt }: Options,
  isWanted: (event: ContainerEvent) => boolean,
): ContainerLife[] {
  const lives: ContainerLife[] = [];
  const causes = readCauses(events, { scenario, beganAt });
  for (const event of events) {
    if (event.kind !== "container") continue;
    const { seq, at, taskArn, container: name, group, imageDigest, address, onInstance, environment } = event;
    if (event.change === "started" && isWanted(event))
      lives.push({
        taskArn,
        name,
        group,
        application: scenario.services.some(({ container }) => container === name),
        imageDigest,
        version: imageDigest === scenario.digests.new ? "new" : "old",
        target: onInstance ?? { id: address },
        generation: scenario.database
          ? (databases.generationFor({ environment, seq }, scenario.database) ?? "unknown")
          : "no database",
        launchedAt: causes.launchedAt(taskArn) ?? at,
        started: { seq, at },
        foreign: causes.isForeign(taskArn, group),
        oneOff: causes.isOneOff(taskArn, name),
      });
    if (event.change === "ended") {
      const life = lives.findLast((one) => one.taskArn === taskArn && one.name === name);
      if (life) life.ended = { seq, at, exitCode: event.exitCode };
    }
  }
  return lives;
}

const belongs = (
  { taskArn, group, taskDefinitionArn }: { taskArn: string; group: string; taskDefinitionArn: string },
  { cluster, services, families }: CheckedScenario,
): boolean =>
  taskArn.includes(`:task/${cluster}/`) &&
  (services.some(({ name }) => group === `service:${name}`) || families.includes(familyOf(taskDefinitionArn)));

type RunTask = {
  startedBy?: string;
  overrides?: { containerOverrides?: { name?: string; command?: string[] }[] };
};
type Update = { service?: string; desiredCount?: number; taskDefinition?: string; forceNewDeployment?: boolean };

/** Who asked for a task: the caller of the last call that moved its service, or of the RunTask call with its `startedBy`. */
function readCauses(
  events: readonly SandboxEvent[],
  { scenario, beganAt }: Pick<Options, "scenario" | "beganAt">,
): {
  isForeign(taskArn: string, group: string): boolean;
  isOneOff(taskArn: string, container: string): boolean;
  launchedAt(taskArn: string): string | undefined;
} {
  const calls = events.filter(
    (event) => event.kind === "call" && event.service === "ECS" && event.outcome === "ok" && event.at >= beganAt,
  ) as Extract<SandboxEvent, { kind: "call" }>[];
  const tasks = new Map<string, { seq: number; at: string; startedBy?: string }>();
  for (const event of events) if (event.kind === "task" && !tasks.has(event.taskArn)) tasks.set(event.taskArn, event);
  return {
    launchedAt: (taskArn) => tasks.get(taskArn)?.at,
    isOneOff(taskArn, container) {
      const startedBy = tasks.get(taskArn)?.startedBy;
      const run = calls.find(
        ({ operation, parameters }) =>
          startedBy !== undefined && operation === "RunTask" && (parameters as RunTask).startedBy === startedBy,
      );
      const overrides = (run?.parameters as RunTask | undefined)?.overrides?.containerOverrides ?? [];
      return overrides.some(({ name, command }) => name === container && command !== undefined);
    },
    isForeign(taskArn, group) {
      const task = tasks.get(taskArn);
      const service = group.startsWith("service:") ? group.slice("service:".length) : undefined;
      const cause = calls.findLast(({ seq, operation, parameters }) =>
        service
          ? task && seq < task.seq && operation === "UpdateService" && moves(parameters as Update, service)
          : task?.startedBy && operation === "RunTask" && (parameters as RunTask).startedBy === task.startedBy,
      );
      return cause !== undefined && !cause.caller.includes(scenario.runbookCaller);
    },
  };
}

function moves({ service = "", desiredCount, taskDefinition, forceNewDeployment }: Update, name: string): boolean {
  const asked = desiredCount !== undefined || taskDefinition !== undefined || forceNewDeployment === true;
  return service.split("/").at(-1) === name && asked;
}

/** The container may run at the moment of the event. */
export const runsAt = ({ started, ended }: ContainerLife, seq: number): boolean =>
  started.seq < seq && (ended === undefined || ended.seq > seq);

/** A load balancer's target leads to the container. */
export const isAt = (
  { target: { id, ports } }: ContainerLife,
  target: { id: string; port: number } | undefined,
): boolean => target?.id === id && (ports === undefined || ports.includes(target.port));

export const nameOf = ({ taskArn, name, imageDigest }: ContainerLife): string =>
  `${name} of the task ${taskArn.split("/").at(-1)} (${imageDigest.slice(0, 15)}…)`;
