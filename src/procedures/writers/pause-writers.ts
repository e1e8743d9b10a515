import { isQuiet } from "../../aws/ecs-shapes.ts";
import { OperationError } from "../../operations/operation-error.ts";
import type { Target } from "../../targets/schema.ts";
import type { Before } from "../before.ts";
import type { Attempt, PhaseRun } from "../operation-run.ts";
import { type Planned, planned } from "../planned.ts";
import { familiesOf, nameOfStarter, nameOfTask, type Place, type Starter } from "./writer.ts";

/** EventBridge: "allow a short period of time for changes to take effect"; its Scheduler starts within a minute of the time that is due. */
const MAY_STILL_START_MS = 60_000;

/**
 * Disables what starts tasks on the data, and waits until no such task runs any more. The site is open meanwhile, however long a task takes.
 * Before a revision of the new version is registered: a rule that names the application's family alone would start it.
 */
export async function quietenWriters(op: PhaseRun, before: Before): Promise<void> {
  if (!waitsForWriters(op.target)) return;
  for (const each of pausing(before))
    await op.mutate(each, (starter, attempt) => disable(op, each.name, starter, attempt));
  const pausedAtMs = await op.step("writers-paused-at", async () => op.clock.now());
  await op.poll(
    "no other task runs on the data",
    async () => {
      const tasks = await runningTasks(op, placesOf(before));
      if (tasks.length) {
        const names = tasks.map(({ cluster: _cluster, ...task }) => nameOfTask(task, before.otherWriters.paused));
        await op.say(`waits, with the site open, until these have ended: ${names.join("; ")}`);
        return { done: false, seen: names.join("; ") };
      }
      const { length } = before.otherWriters.paused;
      if (length === 0 || op.clock.now() - pausedAtMs >= MAY_STILL_START_MS) return { done: true, result: null };
      await op.say(
        "waits a minute, with the site open: what was disabled may still start a task that was due just before",
      );
      return { done: false, seen: "a minute has not passed since the last one was disabled" };
    },
    { timeoutMs: op.target.timeouts.otherWriters },
  );
}

/** Under `refuse` there were none when preflight looked: what starts after that is waited for with the nodes, as what nobody foresaw. */
export const waitsForWriters = ({ otherWriters }: Target): boolean => otherWriters !== "refuse";

/** Every rule and schedule that is disabled, in order. */
export const pausing = (before: Before): Planned<Starter>[] => before.otherWriters.paused.map(pausingOf);

function pausingOf(starter: Starter): Planned<Starter> {
  const { kind, of, name, state, fingerprint, timing, otherTargets } = starter;
  const others = otherTargets ? `, and with it its ${otherTargets} other targets` : "";
  const common = {
    name: `pause/${kind}/${of}/${name}`,
    phase: "prepare" as const,
    resource: nameOfStarter(starter),
    summary: `Disable ${nameOfStarter(starter)}, which runs ${familiesOf(starter)} (${timing?.expression ?? "upon events"})${others}`,
    parameters: starter,
  };
  return kind === "rule"
    ? planned({
        ...common,
        call: "events:DisableRule",
        inverse: `Enabled again, unless somebody changed it meanwhile: aws events enable-rule --event-bus-name ${of} --name ${name}`,
        undo: { kind: "enable-rule", bus: of, name, state, fingerprint },
        request: { EventBusName: of, Name: name },
      })
    : planned({
        ...common,
        call: "scheduler:UpdateSchedule",
        inverse:
          "Enabled again with everything as it is, unless somebody changed it meanwhile: in the console, for update-schedule wants every setting repeated",
        undo: { kind: "enable-schedule", group: of, name, fingerprint },
        request: { GroupName: of, Name: name, State: "DISABLED", "(everything else)": "as it is" },
      });
}

/** Only what the plan was made of: a rule that is gone, or that somebody has disabled himself, is not ours to enable at the end. */
async function disable(op: PhaseRun, entry: string, starter: Starter, { again }: Attempt): Promise<void> {
  const { kind, of, name, fingerprint } = starter;
  const now =
    kind === "rule"
      ? await op.aws.eventBridge.rule({ bus: of, name })
      : await op.aws.scheduler.schedule({ group: of, name });
  if (now?.state === "DISABLED" && again) return;
  if (!now || now.state === "DISABLED")
    return op.store.markUndone(op.id, entry, new Date(op.clock.now()).toISOString());
  if (now.fingerprint !== fingerprint)
    throw new OperationError(`expected ${nameOfStarter(starter)} as preflight found it, found it changed`, {
      code: "changed-meanwhile",
      hint: "Start a new operation: it begins with what is there now",
    });
  if (kind === "rule") await op.aws.eventBridge.disable({ bus: of, name });
  else await op.aws.scheduler.setState({ group: of, name, state: "DISABLED", fingerprint });
}

/** Where tasks on the data may start that no service of the target runs. */
const placesOf = ({ cluster, services, otherWriters }: Before): Place[] => [
  ...services.map(({ family }) => ({ cluster, family })),
  ...otherWriters.places,
];

/** Tasks without a service at these places, of which a container may still run. */
export async function runningTasks(op: Pick<PhaseRun, "aws">, places: Place[]) {
  return (await tasksAt(op, places)).filter((task) => !isQuiet(task) && !task.group.startsWith("service:"));
}

/** Every task at these places, running or lately stopped. */
export async function tasksAt({ aws }: Pick<PhaseRun, "aws">, places: Place[]) {
  const lists = places.map(async ({ cluster, family }) => {
    const tasks = await aws.ecs.tasks(cluster, await aws.ecs.tasksOfFamily(cluster, family));
    return tasks.map((task) => ({ ...task, cluster, family }));
  });
  return (await Promise.all(lists)).flat();
}

/** Those of them that ECS wants to run. */
export async function wantedTasksAt({ aws }: Pick<PhaseRun, "aws">, places: Place[]) {
  const lists = places.map(async ({ cluster, family }) =>
    aws.ecs.tasks(cluster, await aws.ecs.wantedTasks({ cluster, family })),
  );
  return (await Promise.all(lists)).flat();
}
