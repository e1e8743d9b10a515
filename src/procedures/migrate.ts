import type { EcsTask } from "../aws/ecs-shapes.ts";
import { registerTargetsInput } from "../aws/target-groups.ts";
import type { Mutation } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { type Before, digestOf, type ServiceBefore } from "./before.ts";
import { askReady, type Entrance, entrances } from "./front-door.ts";
import { type Leader, leaderLook, withLeadersLastWords } from "./leader.ts";
import { throwIfEnded } from "./leader-end.ts";
import { guardLeader, leaderInService, startInService, tasksOfRevision } from "./leader-service.ts";
import { runLeader } from "./leader-start.ts";
import { runMigrateCommand } from "./migrate-command.ts";
import type { PhaseRun } from "./operation-run.ts";
import { planned, shortName } from "./planned.ts";
import type { Prepared } from "./prepare.ts";
import { instanceIds, type TaskTarget, targetsOf } from "./task-targets.ts";
import { AFTER_TRIGGER, trigger } from "./trigger.ts";

/** Starts the leader and waits until it is ready. Never tried again on the same data: a half-finished migration must not run twice. */
export const startLeader =
  (before: Before, next: Prepared) =>
  async (op: PhaseRun): Promise<Leader> => {
    // Nobody may run beside it, and the last wait may have been over for a while.
    await op.lookAround("nobody else runs nodes");
    if (op.name === "migrate") await runMigrateCommand(op, before, next);
    return afterTheCommand(op, async () => {
      const leader = await (op.target.leader === "service" ? runInService : runStandalone)(op, before, next);
      await withLeadersLastWords(op, before, leader, () =>
        untilReady(op, before, { leader, bypassSecret: next.bypassSecret }),
      );
      return leader;
    });
  };

async function runStandalone(op: PhaseRun, before: Before, next: Prepared): Promise<Leader> {
  const taskArn = await runLeader(op, before, next);
  await op.record("leader-started", [{ type: "leader-started", taskArn }]);
  const targets = await withLeadersLastWords(op, before, { taskArn, targets: [] }, () =>
    op.poll("the leader runs", () => lookForTargets(op, before, taskArn), { timeoutMs: op.target.timeouts.migrate }),
  );
  await op.mutateTogether(targets.map(registration), (parameters) =>
    op.aws.loadBalancers.registerTarget(parameters.targetGroupArn, parameters),
  );
  return { taskArn, targets };
}

/** In its service the load balancer is ECS's business, and the guard ours: from the moment the leader is asked for, at every look. */
async function runInService(op: PhaseRun, before: Before, { leaderRevision: revision }: Prepared): Promise<Leader> {
  const inService = await op.step("leader-asked-for", async () => ({
    revision,
    since: op.clock.now(),
    earlier: (await tasksOfRevision(op, before, revision)).map(({ arn }) => arn),
  }));
  await op.mutate(leaderInService(op.target, before, revision), (input, attempt) =>
    startInService(op, before, { input, attempt, inService }),
  );
  const taskArn = await withLeadersLastWords(op, before, { taskArn: "", targets: [] }, () =>
    op.poll(
      "the leader runs",
      async () => {
        const { task, ending } = await guardLeader(op, before, inService);
        const status = ending ? "being stopped" : (task?.lastStatus ?? "not started yet");
        if (task && !ending && task.lastStatus === "RUNNING") return { done: true, result: task.arn };
        await op.say(`the leader is ${status}`);
        return { done: false, seen: status };
      },
      { timeoutMs: op.target.timeouts.migrate },
    ),
  );
  await op.record("leader-started", [{ type: "leader-started", taskArn }]);
  return { taskArn, targets: [], inService };
}

/** Where a migrate command has run, a leader that never did no longer proves that the data is untouched. */
async function afterTheCommand<Result>(op: PhaseRun, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (
      !op.target.migrate ||
      op.name !== "migrate" ||
      !(error instanceof OperationError) ||
      error.code !== "leader-never-ran"
    )
      throw error;
    const { message, details } = error;
    throw new OperationError(message, { code: "leader-did-not-start", details, cause: error });
  }
}

async function lookForTargets(op: PhaseRun, before: Before, taskArn: string) {
  const [task] = await op.aws.ecs.tasks(before.cluster, [taskArn]);
  if (task) throwIfEnded(task);
  if (task?.lastStatus === "RUNNING") {
    const targets = targetsOf(task, before.services[0]!, await instanceIds(op, before.cluster, [task]));
    if (targets) return { done: true as const, result: targets };
  }
  await op.say(`the leader is ${task?.lastStatus ?? "not listed yet"}`);
  return { done: false as const, seen: task?.lastStatus ?? "not listed yet" };
}

type Asked = { leader: Leader; bypassSecret: string };

/** Waits until the leader is ready, and sends what it may wait for itself, once. */
async function untilReady(op: PhaseRun, before: Before, asked: Asked): Promise<void> {
  const { timeouts } = op.target;
  const leaderNow = leaderLook(op, before, asked.leader);
  const state = await op.poll("the leader is ready", () => lookForReady(op, before, { ...asked, leaderNow }), {
    timeoutMs: timeouts.migrate,
  });
  if (state === "ready") return;
  await trigger(op, async () => {
    const entrance = await frontEntrance(op, before);
    if (!entrance) throw new Error("the load balancer's name does not resolve");
    return { world: op, target: op.target, entrance, bypassSecret: asked.bypassSecret };
  });
  await op.poll(AFTER_TRIGGER, () => lookForReady(op, before, { ...asked, leaderNow, wasTriggered: true }), {
    timeoutMs: timeouts.migrate,
  });
}

async function lookForReady(
  op: PhaseRun,
  before: Before,
  {
    leader: { taskArn },
    leaderNow,
    bypassSecret,
    wasTriggered = false,
  }: Asked & { leaderNow: ReturnType<typeof leaderLook>; wasTriggered?: boolean },
) {
  const { task, ending } = await leaderNow();
  if (ending) return { done: false as const, seen: "the leader is being stopped" };
  if (task) throwIfOtherImage(task, before);
  const entrance = await frontEntrance(op, before);
  if (!entrance) return { done: false as const, seen: "the load balancer's name does not resolve" };
  const verdict = await askReady({ world: op, target: op.target, entrance, bypassSecret });
  if (verdict.kind === "ready") return { done: true as const, result: "ready" as const };
  if (verdict.kind === "trigger" && !wasTriggered) return { done: true as const, result: "trigger" as const };
  if (verdict.kind === "fatal") {
    throw new OperationError(`the application says that it cannot start: ${verdict.seen}`, {
      code: "migration-failed",
      details: { answer: verdict.seen, taskArn },
    });
  }
  await op.say(`the leader answers ${verdict.seen}`);
  return { done: false as const, seen: verdict.seen };
}

async function frontEntrance(op: PhaseRun, before: Before): Promise<Entrance | undefined> {
  const [first] = await entrances(op, { ...before, doors: before.leaderDoors });
  return first;
}

function throwIfOtherImage(task: EcsTask, before: Before): void {
  const container = task.containers.find(({ name }) => name === before.services[0]!.container);
  const expected = digestOf(before, before.services[0]!.name);
  if (!container?.imageDigest || container.imageDigest === expected) return;
  throw new OperationError(`the leader runs ${container.imageDigest}, expected ${expected}`, {
    code: "wrong-image",
    details: { taskArn: task.arn },
  });
}

export const registration = (target: TaskTarget) =>
  planned({
    name: `register/${shortName(target.targetGroupArn.replace(/\/[^/]+$/, ""))}`,
    phase: "migrate",
    call: "elbv2:RegisterTargets",
    resource: target.targetGroupArn,
    summary: `Register the leader's address, so that it is probed through the load balancer`,
    inverse: "Deregister it, before the leader is stopped",
    undo: { kind: "deregister-target", ...target },
    parameters: target,
    request: registerTargetsInput(target.targetGroupArn, target),
  });

/** What a plan knows of it: not which address or instance the leader will have, nor which port it is given there. */
export const registrationsToCome = ({ loadBalancers, networkMode }: ServiceBefore): Mutation[] =>
  loadBalancers.map(({ targetGroupArn, hostPort }) => {
    const id = networkMode === "awsvpc" ? "the leader's address" : "the leader's instance";
    const { mutation } = registration({ targetGroupArn, id, port: hostPort ?? 0 });
    const Port = hostPort ?? "the leader's port there";
    return { ...mutation, parameters: { ...mutation.parameters, Targets: [{ Id: id, Port }] } };
  });
