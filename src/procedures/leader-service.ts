import type { UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import type { EcsTask } from "../aws/ecs-shapes.ts";
import { isAwsError, isRefusal, wasFirstAttempt } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { throwIfEnded } from "./leader-end.ts";
import { leaderSettings, settingsOf, withoutThreshold } from "./leader-settings.ts";
import type { Attempt, PhaseRun } from "./operation-run.ts";
import { type Planned, planned } from "./planned.ts";

/**
 * The leader inside its service, for applications that need Service Connect or service discovery to migrate. Revision, count and settings in
 * one call from zero tasks: a deployment that is made at 0 completes there, and no circuit breaker would watch what is started later.
 */
export function leaderInService(target: Target, before: Before, revision: string): Planned<UpdateServiceCommandInput> {
  const leader = before.services[0]!;
  const { name: service, settings } = leader;
  return planned({
    name: "leader",
    phase: "migrate",
    call: "ecs:UpdateService",
    resource: service,
    summary: `Start one node of the new version in ${service}, which migrates the data, with settings under which ECS lets it be and starts nothing beside it`,
    inverse:
      "Settings as before, once every deployment is completed; what it did to the data only the snapshot takes back",
    undo: {
      kind: "restore-service-settings",
      cluster: before.cluster,
      service,
      settings,
      leader: { hasLoadBalancer: leader.loadBalancers.length > 0 },
    },
    parameters: {
      cluster: before.cluster,
      service,
      taskDefinition: revision,
      desiredCount: 1,
      ...leaderSettings(settingsOf(leader), target.timeouts.migrate),
    },
  });
}

/** Asks for the leader. Where an earlier call has taken effect nothing is asked again: its leader may have ended since. */
export async function startInService(
  op: PhaseRun,
  before: Before,
  { input, attempt, inService }: { input: UpdateServiceCommandInput; attempt: Attempt; inService: InService },
): Promise<void> {
  if (attempt.again && (await wasAskedFor(op, before, inService))) return;
  try {
    await op.aws.ecs.updateService(input);
  } catch (error) {
    if (!isRefusal(error) || !wasFirstAttempt(error) || attempt.again) throw error;
    if (!isAwsError(error, "InvalidParameterException")) throw neverStarted(`ECS refused: ${(error as Error).message}`);
    await op.say(`ECS takes no threshold for the circuit breaker: ${(error as Error).message}`);
    await op.aws.ecs.updateService(withoutThreshold(input));
  }
}

/** Whether the service has been told. Going back it has the revision that it had before, so that alone says nothing. */
async function wasAskedFor(op: PhaseRun, before: Before, inService: InService): Promise<boolean> {
  const [service] = await op.aws.ecs.services(before.cluster, [before.services[0]!.name]);
  if (service?.taskDefinitionArn !== inService.revision) return false;
  return service.desiredCount > 0 || (await leaders(op, before, inService)).length > 0;
}

/** `earlier`: tasks of the revision from before the leader was asked for. ECS lists them for an hour after they stopped, and none of them is the leader. */
export type InService = { revision: string; since: number; earlier?: string[] };

/** As the scheduler says it: `(service web) was unable to place a task because no container instance met all of its requirements.` */
const NO_ROOM = /unable to place a task/;

/**
 * Our own guard, for no setting of ECS keeps it from replacing a task that ends: at the first task that ends or is told to, or a second one,
 * the service goes to 0 and what has been started is stopped, before it has got so far as to run. Answers the one leader; `ending` where ECS
 * has not said its last word on it yet.
 */
export async function guardLeader(
  op: PhaseRun,
  before: Before,
  inService: InService,
): Promise<{ task?: EcsTask; ending: boolean }> {
  const tasks = await leaders(op, before, inService);
  const [leader, second] = tasks.toSorted((a, b) => (a.createdAt ?? "").localeCompare(b.createdAt ?? ""));
  if (!leader) {
    await giveUpWithoutRoom(op, before, inService);
    return { ending: false };
  }
  const ends = tasks.some(({ desiredStatus, lastStatus }) => desiredStatus === "STOPPED" || lastStatus === "STOPPED");
  // Without a grace period ECS replaces an unhealthy task at its next look; with one it lets it migrate.
  const unhealthy = before.services[0]!.loadBalancers.length === 0 && leader.healthStatus === "UNHEALTHY";
  if (!ends && !second && !unhealthy) return { task: leader, ending: false };

  await stopLeaderService(op, before, inService.revision);
  if (second) await op.say(`ECS started a further task (${second.arn}): stopped while ${second.lastStatus}`);
  if (unhealthy && !ends)
    await op.say("the leader is UNHEALTHY by its container health check: stopped before ECS replaces it");
  throwIfEnded(second?.startedAt === undefined ? leader : second);
  return { task: leader, ending: true };
}

async function giveUpWithoutRoom(op: PhaseRun, before: Before, inService: InService): Promise<void> {
  const { revision, since } = inService;
  const [service] = await op.aws.ecs.services(before.cluster, [before.services[0]!.name]);
  const noRoom = service?.events.find(({ at, message }) => NO_ROOM.test(message) && Date.parse(at) >= since);
  if (!noRoom) return;
  await stopLeaderService(op, before, revision);
  if ((await leaders(op, before, inService)).length === 0)
    throw neverStarted(`ECS could not place the leader: ${noRoom.message}`);
}

/** Nothing runs in the service any more, nor is started. */
export async function stopLeaderService(op: PhaseRun, before: Before, revision: string): Promise<void> {
  const { name: service } = before.services[0]!;
  await op.aws.ecs.updateService({ cluster: before.cluster, service, desiredCount: 0 });
  for (const task of await tasksOfRevision(op, before, revision))
    if (task.desiredStatus !== "STOPPED")
      await op.aws.ecs.stopTask(before.cluster, task.arn, `intermission: ${op.id}: the leader is not replaced`);
}

/** Before it is left to a person: a leader that nobody guards would be replaced when it ends, and its replacement migrate again. */
export const stopUnverifiedLeader = (before: Before) => async (op: PhaseRun) => {
  const { name, taskDefinitionArn } = before.services[0]!;
  await op.say(`stops ${name}: while nobody looks after its leader ECS would replace it if it ended`);
  await op.undo("stop-leader-service", async () => {
    const [service] = await op.aws.ecs.services(before.cluster, [name]);
    if (service && service.taskDefinitionArn !== taskDefinitionArn)
      await stopLeaderService(op, before, service.taskDefinitionArn);
  });
};

async function leaders(op: PhaseRun, before: Before, { revision, earlier = [] }: InService): Promise<EcsTask[]> {
  return (await tasksOfRevision(op, before, revision)).filter(({ arn }) => !earlier.includes(arn));
}

export async function tasksOfRevision(op: PhaseRun, before: Before, revision: string): Promise<EcsTask[]> {
  const arns = await op.aws.ecs.tasksOfService(before.cluster, before.services[0]!.name);
  return (await op.aws.ecs.tasks(before.cluster, arns)).filter(
    ({ taskDefinitionArn }) => taskDefinitionArn === revision,
  );
}

const neverStarted = (message: string) => new OperationError(message, { code: "leader-never-ran" });
