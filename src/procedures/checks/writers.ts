import type { OtherWriterMode } from "../../targets/schema.ts";
import type { Read } from "../discovery.ts";
import { missedAction, missedStarts } from "../writers/missed.ts";
import { isAwake } from "../writers/other-writers.ts";
import {
  defaultMode,
  familiesOf,
  modeOfStarter,
  nameOfStarter,
  nameOfTask,
  type StandaloneTask,
  type Starter,
} from "../writers/writer.ts";
import { type Check, type CheckInput, type Finding, fail, given, ok, warn } from "./check.ts";

/** Settings are put back when the site is open again. */
const FINISH_MS = 5 * 60_000;

/** What else writes to the data, and what nobody does while the window is open. */
export const writerChecks: Check[] = [
  {
    name: "no-other-writers",
    looked: () => "standalone tasks, and the rules and schedules of EventBridge that run tasks",
    expected: "none that writes to this database and is not provided for in `otherWriters`",
    find: findOthers,
  },
  {
    name: "nothing-is-missed",
    looked: () => "scheduled scaling of the services, and schedules that are paused",
    expected: "nothing due before the operation ends: AWS makes up for nothing that is due while it is held back",
    find: (input) =>
      given(input.discovery.scheduledActions, () => {
        const missed = dueSoon(input);
        return missed.length
          ? warn(missed.join("; "), "Upgrade at another time, or do it by hand afterwards: the receipt says how")
          : ok("nothing is due");
      }),
  },
];

type Trouble = { found: string; fix: string };

function findOthers(input: CheckInput): Finding {
  const { target, discovery } = input;
  const blind = blindSpots(input);
  const troubles = [...strangers(input), ...refused(input), ...unpausable(input)];
  const mayIgnore = defaultMode(target) === "ignore";
  const failures = [...troubles, ...(mayIgnore ? [] : blind)];
  if (failures.length) return fail(words(failures), advice(failures));
  const { starters, tasks } = seen(input);
  const doubts = [...(mayIgnore ? blind : []), ...doubtful(starters, tasks)];
  const provided = [
    ...listed("paused", starters.filter(is("pause")).map(nameWithFamilies)),
    ...listed(
      "waited for",
      tasks
        .filter(({ mode, relation }) => mode === "pause" && relation === "same")
        .map((task) => nameOfTask(task, starters)),
    ),
    ...listed("ignored", [
      ...starters.filter(is("ignore")).map(nameWithFamilies),
      ...tasks
        .filter(({ mode, relation }) => mode === "ignore" && relation === "same")
        .map((task) => nameOfTask(task, starters)),
    ]),
  ];
  if (doubts.length) return warn([...doubts.map(({ found }) => found), ...provided].join("; "), advice(doubts));
  return ok(provided.join("; ") || (discovery.databaseAddresses.ok ? "none" : "none of the application's own"));
}

const is = (mode: OtherWriterMode) => (starter: Starter) => modeOfStarter(starter) === mode;
const nameWithFamilies = (starter: Starter) => `${nameOfStarter(starter)} (${familiesOf(starter)})`;
const listed = (what: string, items: string[]) => (items.length ? [`${what}: ${items.join(", ")}`] : []);
const words = (troubles: Trouble[]) => troubles.map(({ found }) => found).join("; ");
const advice = (troubles: Trouble[]) => [...new Set(troubles.map(({ fix }) => fix))].join(". ");

/** What could be read of them, and can start something now. */
function seen({ discovery: { writers } }: CheckInput): { starters: Starter[]; tasks: StandaloneTask[] } {
  const all = [...readOf(writers.rules), ...readOf(writers.schedules)];
  return { starters: all.filter(isAwake), tasks: readOf(writers.tasks) };
}
const readOf = <Item>(items: Read<Item[]>): Item[] => (items.ok ? items.value : []);

/** Tasks of the application in services that the target does not name. */
const strangers = ({ discovery: { shapes } }: CheckInput): Trouble[] =>
  shapes.ok
    ? shapes.value
        .flatMap((shape) => shape.strangers)
        .filter(({ group }) => group.startsWith("service:"))
        .map(({ arn, group }) => ({
          found: `${arn} (${group})`,
          fix: "Name the services of these tasks in the configuration",
        }))
    : [];

const PROVIDE =
  "Say in `otherWriters` of the target what holds for them: `pause` disables rules and schedules until the end and waits for running tasks before the site closes, `ignore` lets them write while the data is migrated. Or stop them yourself";

function refused(input: CheckInput): Trouble[] {
  const { starters, tasks } = seen(input);
  return [
    ...tasks
      .filter(({ mode, relation }) => mode === "refuse" && relation === "same")
      .map((task) => ({ found: `a task runs: ${nameOfTask(task, starters)}`, fix: PROVIDE })),
    ...starters.filter(is("refuse")).map((starter) => ({
      found: `${nameOfStarter(starter)} runs ${familiesOf(starter)} (${starter.timing?.expression ?? "upon events"})`,
      fix: PROVIDE,
    })),
  ];
}

const unpausable = (input: CheckInput): Trouble[] =>
  seen(input)
    .starters.filter(is("pause"))
    .flatMap((starter) => [
      ...(starter.unpausable
        ? [
            {
              found: `${nameOfStarter(starter)} cannot be paused: ${starter.unpausable}`,
              fix: "Disable it yourself for the time of the upgrade, or say `ignore` for its family",
            },
          ]
        : []),
      ...starter.runs
        .filter(({ stale }) => stale)
        .map(({ taskDefinition }) => ({
          found: `${nameOfStarter(starter)} would run the old version on the new data afterwards: its ${taskDefinition.split("/").at(-1)} has the old image`,
          fix: "Disable it yourself, and enable it when its task definition has the new image. A target that names the application's own family without a revision always runs the newest",
        })),
    ]);

function blindSpots({ discovery: { writers } }: CheckInput): Trouble[] {
  const parts = [
    {
      what: "rules",
      part: writers.rules,
      needs:
        "events:ListEventBuses, ListRules, ListRuleNamesByTarget, DescribeRule, ListTargetsByRule and ecs:ListClusters",
    },
    { what: "schedules", part: writers.schedules, needs: "scheduler:ListSchedules and GetSchedule" },
    { what: "standalone tasks", part: writers.tasks, needs: "ecs:ListTasks and DescribeTasks" },
  ];
  return parts.flatMap(({ what, part, needs }) =>
    part.ok
      ? []
      : [{ found: `${what} could not be looked for: ${part.error}`, fix: `Allow the runbook and the API ${needs}` }],
  );
}

function doubtful(starters: Starter[], tasks: StandaloneTask[]): Trouble[] {
  const fix =
    "What leads these to their database cannot be read. Name their family in `otherWriters.families`, with `ignore` where it is another one";
  return [
    ...starters
      .filter((starter) => modeOfStarter(starter) === undefined)
      .map((starter) => ({ found: `${nameWithFamilies(starter)} may write to it`, fix })),
    ...tasks
      .filter(({ relation }) => relation === "unknown")
      .map((task) => ({ found: `${nameOfTask(task, starters)} may write to it`, fix })),
  ];
}

/** With their times, so that an operator can choose another hour. */
function dueSoon(input: CheckInput): string[] {
  const { discovery, request } = input;
  const { at, opensAt } = discovery.forecast;
  const between = { fromMs: Date.parse(request.notBefore ?? at), untilMs: Date.parse(opensAt) + FINISH_MS };
  const suspended = readOf(discovery.scalableTargets)
    .filter((each) => each.suspended.scheduled)
    .map(({ resourceId }) => resourceId);
  const actions = readOf(discovery.scheduledActions).filter(({ resourceId }) => !suspended.includes(resourceId));
  return [
    ...actions.flatMap((action) => missedAction(action, between)),
    ...seen(input)
      .starters.filter((starter) => starter.timing && modeOfStarter(starter) === "pause")
      .flatMap((starter) => missedStarts(starter, between)),
  ].map(({ what, due }) =>
    due.length ? `${what}, due ${due[0]}${due.length > 1 ? ` and ${due.length - 1} times more` : ""}` : what,
  );
}
