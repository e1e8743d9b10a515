import type { EcsTask } from "../aws/ecs-shapes.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { type Closed, pageRules } from "./close-traffic.ts";
import { startedBy } from "./leader-task.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import { withEta } from "./page.ts";
import type { Prepared } from "./prepare.ts";

/** What others do to a target inside the window must be noticed within ten seconds. */
const LOOK_EVERY_MS = 5_000;

/** The page stays up. Where someone took a rule of ours away it is made again at once, and the operation ends: whoever did that may do more. */
export const pageStands = (before: Before, { bypassSecret }: Prepared, { eta }: Closed): Watch =>
  nowAndThen(async (op) => {
    const wanted = pageRules({ target: withEta(op.target, eta), before, operationId: op.id, bypassSecret });
    const listeners = [...new Set(wanted.map(({ parameters }) => parameters.listenerArn))];
    const found = (await Promise.all(listeners.map((arn) => op.aws.loadBalancers.rulesOfOperation(arn, op.id)))).flat();
    const missing = wanted.filter(
      ({ parameters }) =>
        !found.some(
          ({ listenerArn, priority }) => listenerArn === parameters.listenerArn && priority === parameters.priority,
        ),
    );
    if (missing.length === 0) return;
    for (const { parameters } of missing) await op.aws.loadBalancers.createRule(parameters);
    throw new OperationError(
      `expected ${wanted.length} rules of ours on the listeners, found ${wanted.length - missing.length}: someone else changed them inside the window`,
      {
        code: "page-was-gone",
        hint: "The rules were made again and take effect at each address within seconds: look whether the page shows. Find out what changed the listener (infrastructure as code, another pipeline) and keep it away",
      },
    );
  });

/** Nobody else starts a node: neither the old version on data that is being migrated, nor a second migration. */
export const nobodyElseStarts = (before: Before, { revisions }: Prepared): Watch =>
  nowAndThen(async (op) => {
    const ours = Object.values(revisions);
    const tasks = await wantedTasks(op, before);
    const strangers = tasks.filter(
      (task) => task.startedBy !== startedBy(op.id) && !ours.includes(task.taskDefinitionArn),
    );
    if (strangers.length === 0) return;
    await stopServicesAgain(op, before, strangers);
    throw new OperationError(
      `expected no node but the operation's own, found ${strangers.map(({ arn, group, lastStatus }) => `${arn} (${group}, ${lastStatus})`).join(", ")}`,
      {
        code: "foreign-start",
        hint: "Find out who started it (a deployment, a schedule, a person) and keep it away. Services were set to 0 again; a standalone task is yours to stop before it touches the data",
        details: { tasks: strangers.map(({ arn }) => arn) },
      },
    );
  });

/** The window's own count: a service that was told otherwise is told 0 again, before its tasks have got so far as to run. */
async function stopServicesAgain(op: PhaseRun, before: Before, strangers: EcsTask[]): Promise<void> {
  if (op.name === "scale-out") return;
  for (const { name } of before.services)
    if (strangers.some(({ group }) => group === `service:${name}`))
      await op.aws.ecs.updateService({ cluster: before.cluster, service: name, desiredCount: 0 });
}

async function wantedTasks(op: PhaseRun, before: Before) {
  const lists = await Promise.all(
    before.services.flatMap(({ name, family }) => [
      op.aws.ecs.wantedTasks({ cluster: before.cluster, serviceName: name }),
      op.aws.ecs.wantedTasks({ cluster: before.cluster, family }),
    ]),
  );
  return op.aws.ecs.tasks(before.cluster, [...new Set(lists.flat())]);
}

function nowAndThen(look: Watch): Watch {
  let dueAtMs = 0;
  return async (op) => {
    if (op.clock.now() < dueAtMs) return;
    await look(op);
    dueAtMs = op.clock.now() + LOOK_EVERY_MS;
  };
}
