import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import type { EcsTask } from "../aws/ecs-shapes.ts";
import { isRefusal } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { askReady, entrances, frontDoors } from "./front-door.ts";
import { leaderTask, startedBy } from "./leader-task.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";

/** The one node that migrates, and where the load balancer reaches it. */
export type Leader = { taskArn: string; targets: { targetGroupArn: string; id: string; port: number }[] };

/** ECS forgets a client token an hour after the task it started has stopped; long before that a repeated call is safe. */
const TOKEN_IS_SAFE_FOR_MS = 30 * 60_000;

/** Starts the leader and waits until it is ready. Never tried again on the same data: a half-finished migration must not run twice. */
export const startLeader =
  (before: Before, { revisions, bypassSecret }: Prepared) =>
  async (op: PhaseRun): Promise<Leader> => {
    const service = before.services[0]!;
    const task = leaderTask(op.target, before, { operationId: op.id, revision: revisions[service.name]! });
    const taskArn = await op.mutate(task, (input) => runOnce(op, before, { name: task.name, input }));
    await op.record("leader-started", [{ type: "leader-started", taskArn }]);

    const address = await op.poll("the leader runs", () => lookForAddress(op, before, taskArn), {
      timeoutMs: op.target.timeouts.migrate,
    });
    const targets = service.loadBalancers.map(({ targetGroupArn, containerPort }) => ({
      targetGroupArn,
      id: address,
      port: containerPort,
    }));
    for (const target of targets)
      await op.mutate(registration(target), (parameters) =>
        op.aws.loadBalancers.registerTarget(parameters.targetGroupArn, parameters),
      );

    try {
      await op.poll("the leader is ready", () => lookForReady(op, before, { taskArn, bypassSecret }), {
        timeoutMs: op.target.timeouts.migrate,
      });
    } catch (error) {
      if ((error as OperationError).code === "leader-stopped") await forgetAddress(op, targets);
      throw error;
    }
    return { taskArn, targets };
  };

async function runOnce(
  op: PhaseRun,
  before: Before,
  { name, input }: { name: string; input: RunTaskCommandInput },
): Promise<string> {
  const { family } = before.services[0]!;
  const [existing] = await op.aws.ecs.tasksStartedBy(before.cluster, { startedBy: startedBy(op.id), family });
  if (existing) return existing.arn;
  const entry = (await op.store.journalEntries(op.id)).find((each) => each.name === name);
  if (entry && op.clock.now() - Date.parse(entry.at) > TOKEN_IS_SAFE_FOR_MS) {
    throw new OperationError(`a leader was to be started at ${entry.at}, and ECS no longer knows whether one was`, {
      code: "leader-in-doubt",
      hint: "Find out from the application's log whether a migration ran since. If it did, restore the snapshot; then start a new upgrade",
    });
  }
  const { taskArn, failure } = await op.aws.ecs.runTask(input).catch((error: Error) => {
    // A refused call started nothing, so the data is untouched. After any other error a task may run: only a person can tell.
    if (!isRefusal(error)) throw error;
    throw new OperationError(`ECS refused to run the leader: ${error.name}: ${error.message}`, {
      code: "leader-never-ran",
    });
  });
  if (taskArn) return taskArn;
  throw new OperationError(`ECS could not place the leader: ${failure ?? "no reason given"}`, {
    code: "leader-never-ran",
    retryable: true,
  });
}

async function lookForAddress(op: PhaseRun, before: Before, taskArn: string) {
  const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
  if (task) throwIfEnded(task);
  const running = task?.lastStatus === "RUNNING" && task.address;
  if (running) return { done: true as const, result: running };
  await op.say(`the leader is ${task?.lastStatus ?? "not listed yet"}`);
  return { done: false as const, seen: task?.lastStatus ?? "not listed yet" };
}

async function lookForReady(
  op: PhaseRun,
  before: Before,
  { taskArn, bypassSecret }: { taskArn: string; bypassSecret: string },
) {
  const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
  if (task) {
    throwIfEnded(task);
    throwIfOtherImage(task, before);
  }
  const [entrance] = await entrances(op, { ...before, doors: frontDoors({ target: op.target, doors: before.doors }) });
  if (!entrance) return { done: false as const, seen: "the load balancer's name does not resolve" };
  const verdict = await askReady({ world: op, target: op.target, entrance, bypassSecret });
  if (verdict.kind === "ready") return { done: true as const, result: null };
  if (verdict.kind === "fatal") {
    throw new OperationError(`the application says that it cannot start: ${verdict.seen}`, {
      code: "migration-failed",
      details: { answer: verdict.seen, taskArn },
    });
  }
  await op.say(`the leader answers ${verdict.seen}`);
  return { done: false as const, seen: verdict.seen };
}

/** Nobody removes the address of a standalone task, and another task may get it later. */
export const forgetAddress = (op: PhaseRun, targets: Leader["targets"]) =>
  op.undo("deregister-leader", async () => {
    for (const target of targets) await op.aws.loadBalancers.deregisterTarget(target.targetGroupArn, target);
  });

function throwIfEnded(task: EcsTask): void {
  if (task.desiredStatus !== "STOPPED" && task.lastStatus !== "STOPPED") return;
  const neverRan = task.startedAt === undefined && task.containers.every(({ exitCode }) => exitCode === undefined);
  const container = task.containers
    .map(
      ({ name, exitCode, reason }) =>
        `${name}: ${exitCode === undefined ? (reason ?? "not started") : `exit code ${exitCode}`}`,
    )
    .join("; ");
  throw new OperationError(
    `the leader stopped: ${task.stoppedReason ?? task.stopCode ?? "no reason given"} (${container})`,
    {
      code: neverRan ? "leader-never-ran" : "leader-stopped",
      details: {
        taskArn: task.arn,
        stopCode: task.stopCode,
        stoppedReason: task.stoppedReason,
        containers: task.containers,
      },
    },
  );
}

function throwIfOtherImage(task: EcsTask, before: Before): void {
  const container = task.containers.find(({ name }) => name === before.services[0]!.container);
  if (!container?.imageDigest || container.imageDigest === before.imageDigest) return;
  throw new OperationError(`the leader runs ${container.imageDigest}, expected ${before.imageDigest}`, {
    code: "wrong-image",
    details: { taskArn: task.arn },
  });
}

export const registration = (target: { targetGroupArn: string; id: string; port: number }) =>
  planned({
    name: `register/${shortName(target.targetGroupArn.replace(/\/[^/]+$/, ""))}`,
    phase: "migrate",
    call: "elbv2:RegisterTargets",
    resource: target.targetGroupArn,
    summary: `Register the leader's address, so that it is probed through the load balancer`,
    inverse: "Deregister it, before the leader is stopped",
    undo: { kind: "deregister-target", ...target },
    parameters: target,
  });
