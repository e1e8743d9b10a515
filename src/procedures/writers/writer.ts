import type { Timing } from "../../schedules/occurrences.ts";
import type { OtherWriterMode, Target } from "../../targets/schema.ts";

/**
 * Whether a task writes to the target's data. `unknown`: its login or its environment come from somewhere that cannot be read.
 * Tasks of other data are of no concern and never come this far.
 */
export type Relation = "same" | "unknown";

/** Tasks of a family in a cluster: where starts are looked for. */
export type Place = { cluster: string; family: string };

/** A rule of EventBridge or a schedule of its Scheduler that starts tasks. */
export type Starter = {
  kind: "rule" | "schedule";
  /** The rule's bus or the schedule's group. */
  of: string;
  name: string;
  arn: string;
  /** The role that is passed on by whoever enables it again, where AWS demands one. */
  roleArn?: string;
  state: string;
  fingerprint: string;
  /** Undefined where it waits for events instead. */
  timing?: Timing;
  /** AWS may start the task this much later than it is due. */
  flexibleMinutes: number;
  /** It begins long after the window: until then it starts nothing. */
  asleep: boolean;
  /** Why it cannot be disabled and enabled again exactly as it was; undefined where it can. */
  unpausable?: string;
  /** Targets of the same rule that run no task, or none on this data: disabling the rule stops them too. */
  otherTargets: number;
  runs: StarterRun[];
};
export type StarterRun = Place & {
  taskDefinition: string;
  /** How the same is asked for by hand: the CLI's command of ECS, and its input. */
  command: "run-task" | "update-service";
  request: Record<string, unknown>;
  /** For people, where it is not the family that says it. */
  what?: string;
  relation: Relation;
  mode: OtherWriterMode;
  /** It would start what is the old version after the upgrade. */
  stale: boolean;
};

/** A task that runs without a service. */
export type StandaloneTask = Place & {
  arn: string;
  group: string;
  startedBy?: string;
  lastStatus: string;
  relation: Relation;
  mode: OtherWriterMode;
};

/** What the target says about tasks of a family. Those of the application itself are never ignored: they would be another version of it. */
export function modeOf(target: Target, { family, own }: { family: string; own: boolean }): OtherWriterMode {
  const { otherWriters } = target;
  const mode =
    typeof otherWriters === "string" ? otherWriters : (otherWriters.families[family] ?? otherWriters.default);
  return own && mode === "ignore" ? "refuse" : mode;
}

/** What holds for families that the target does not name. */
export const defaultMode = ({ otherWriters }: Target): OtherWriterMode =>
  typeof otherWriters === "string" ? otherWriters : otherWriters.default;

/** Families of which the target itself says that they write to its data. */
export const declaredFamilies = ({ otherWriters }: Target): string[] =>
  typeof otherWriters === "string" ? [] : Object.keys(otherWriters.families);

/** The strictest of what holds for its tasks: a rule is disabled as a whole. Undefined where none is known to be on this data. */
export function modeOfStarter({ runs }: Starter): OtherWriterMode | undefined {
  const modes = runs.filter(({ relation }) => relation === "same").map(({ mode }) => mode);
  return (["refuse", "pause", "ignore"] as const).find((mode) => modes.includes(mode));
}

/** `the rule nightly`, `the schedule reports/nightly`. */
export const nameOfStarter = ({ kind, of, name }: Pick<Starter, "kind" | "of" | "name">): string =>
  `the ${kind} ${of === "default" ? name : `${of}/${name}`}`;

export const familiesOf = ({ runs }: Starter): string =>
  [...new Set(runs.map(({ family, what }) => what ?? family))].join(", ");

/** ECS keeps 36 characters of who started a task: long names are cut. */
export const startedByOf = ({ kind, name }: Pick<Starter, "kind" | "name">): string =>
  `${kind === "rule" ? "events-rule" : "chronos-schedule"}/${name}`.slice(0, 36);

/** `1f2e3d4c of nightly-report (PENDING, started by the rule nightly)`. */
export function nameOfTask(
  task: Pick<StandaloneTask, "arn" | "family" | "lastStatus" | "startedBy">,
  starters: Starter[],
) {
  const { arn, family, lastStatus, startedBy } = task;
  const starter = starters.find((each) => startedBy === startedByOf(each));
  const by = starter ? nameOfStarter(starter) : startedBy;
  return `${(arn.split("/").at(-1) ?? arn).slice(0, 8)} of ${family} (${[lastStatus, by && `started by ${by}`].filter(Boolean).join(", ")})`;
}

/** Names and ARNs of clusters are used side by side. */
export const isSameCluster = (one: string, other: string): boolean => one.split("/").at(-1) === other.split("/").at(-1);
