import type * as ecs from "@aws-sdk/client-ecs";
import type { RegisteredImage } from "../seams.ts";
import { createDependencyWaits } from "./container-dependencies.ts";
import { watchHealth } from "./container-health.ts";
import { NoLogGroup, openLog } from "./container-log.ts";
import { overridesOf } from "./overrides.ts";
import { type EcsState, now } from "./state.ts";
import type { LastStatus, Task, TaskContainer } from "./task.ts";
import { containerFact, taskFact } from "./task-facts.ts";
import { createTaskTimers } from "./task-timers.ts";
import { mountsOf } from "./volumes.ts";

/** What the service scheduler wants to know of its tasks. */
export type TaskObserver = {
  moved(task: Task): void;
  healthChanged(task: Task): void;
  /** It ended by itself: before it was RUNNING, or after. */
  failed(task: Task, when: "before-running" | "after-running"): void;
  targets(task: Task, change: "registered" | "deregistered" | "refused", targetGroupArn: string): void;
};

export type TaskLife = {
  launch(task: Task): void;
  /** Wants it stopped. `drain` takes it out of its target groups and waits their whole delay before SIGTERM. Without effect on a task told before. */
  stop(task: Task, stop: { code: ecs.TaskStopCode; reason: string; drain: boolean }): void;
  /** Ends the wait for draining of a DEACTIVATING task. */
  cutDraining(task: Task): void;
  /** SIGKILLs its containers from outside of ECS. */
  kill(task: Task): void;
  /** Nothing moves any more, whatever happens to the containers. */
  close(): void;
};

/** Time between ACTIVATING and RUNNING, and between two looks at a draining target, in milliseconds. */
const ACTIVATING_MS = 1_000;
const DRAINING_POLL_MS = 1_000;
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

export function createTaskLife(state: EcsState, observer: TaskObserver): TaskLife {
  const { world, targets, images, containers, troubles } = state;
  const { timers, log, latencies } = world;
  const { after, cancelAll, close: cancelEverything } = createTaskTimers(timers);
  /** Tasks whose containers the runtime is about to start. */
  const starting = new Set<Task>();
  const dependencies = createDependencyWaits(after);
  let closed = false;
  const tickMs = () => latencies.ecs.schedulerTickMs;
  const within = (ms: number) => Math.min(ms, tickMs());

  function move(task: Task, lastStatus: LastStatus): void {
    task.lastStatus = lastStatus;
    changed(task);
    observer.moved(task);
  }
  function changed(task: Task): void {
    task.version += 1;
    log.append(taskFact(task));
    dependencies.lookAgain(task);
  }

  function pull(task: Task): void {
    task.at.pullStarted = now(state);
    for (const container of task.containers) {
      const { name, image: reference, versionConsistency } = container.definition;
      const fixed = versionConsistency === "disabled" ? undefined : task.pinned.get(name);
      container.image = fixed ?? images.resolve(reference);
      if (container.image && task.owner) task.pinned.set(name, container.image);
    }
    move(task, "PENDING");
    after(task, latencies.ecs.pullMs, () => {
      troubles.leave(task, "PENDING", () => {
        task.at.pullStopped = now(state);
        const cannotPull = troubles.now.cannotPull ? CANNOT_PULL : undefined;
        const problem = cannotPull ?? task.containers.map(pullProblem).find((found) => found !== undefined);
        if (problem) return failToStart(task, problem);
        void startContainers(task);
      });
    });
  }

  async function startContainers(task: Task): Promise<void> {
    starting.add(task);
    const results = await Promise.allSettled(task.containers.map((container) => startContainer(task, container)));
    starting.delete(task);
    if (closed) return;
    const failure = results.find((result) => result.status === "rejected");
    if (failure && task.desiredStatus === "RUNNING") return failToStart(task, startProblem(failure.reason));
    if (task.desiredStatus === "STOPPED") terminate(task);
    else activate(task);
  }

  async function startContainer(task: Task, container: TaskContainer): Promise<void> {
    const onLine = openLog(state, task, container);
    await dependencies.mayStart(task, container);
    const { environment, command } = overridesOf(task, container);
    const process = await containers.start({
      taskArn: task.arn,
      taskId: task.id,
      name: container.definition.name,
      image: withWorkingDirectory(container),
      command,
      environment,
      address: task.address,
      onLine,
      mounts: mountsOf(task, container),
      containerPorts: (container.definition.portMappings ?? []).map(({ containerPort }) => containerPort!),
      ...(container.bindings.length && { publishedPorts: container.bindings.map(({ hostPort }) => hostPort!) }),
    });
    if (closed) return process.signal("SIGKILL");
    container.process = process;
    container.runtimeId = `${task.id}-${world.ids.hex(10)}`;
    container.lastStatus = "RUNNING";
    log.append(containerFact(task, container, { change: "started", environment }));
    dependencies.lookAgain(task);
    void process.exited.then(({ exitCode }) => ended(task, container, exitCode));
    watchHealth(
      container,
      (ms, run) => after(task, ms, run),
      () => {
        changed(task);
        observer.healthChanged(task);
      },
    );
  }

  function activate(task: Task): void {
    move(task, "ACTIVATING");
    for (const registration of task.registrations) {
      const known = targets.targetGroup(registration.targetGroupArn);
      if (known) targets.register(registration.targetGroupArn, registration.target, "service");
      registration.state = known ? "registered" : "none";
      observer.targets(task, known ? "registered" : "refused", registration.targetGroupArn);
    }
    after(task, task.registrations.length ? within(ACTIVATING_MS) : 0, () => {
      task.at.started = now(state);
      move(task, "RUNNING");
    });
  }

  function ended(task: Task, container: TaskContainer, exitCode: number): void {
    if (closed) return;
    container.lastStatus = "STOPPED";
    container.exitCode = exitCode;
    container.process = undefined;
    log.append(containerFact(task, container, { change: "ended", exitCode }));
    dependencies.lookAgain(task);
    if (container.definition.essential && task.desiredStatus === "RUNNING") {
      const when = task.at.started ? "after-running" : "before-running";
      wantStopped(task, { code: "EssentialContainerExited", reason: "Essential container in task exited" });
      cancelAll(task);
      deregisterLater(task);
      if (!starting.has(task)) terminate(task);
      observer.failed(task, when);
    }
    finishWhenAllEnded(task);
  }

  function failToStart(task: Task, reason: string): void {
    for (const container of task.containers)
      if (!container.process && container.exitCode === undefined) container.reason = reason;
    if (task.desiredStatus === "RUNNING") {
      wantStopped(task, { code: "TaskFailedToStart", reason });
      observer.failed(task, "before-running");
    }
    terminate(task);
  }

  function wantStopped(task: Task, stop: NonNullable<Task["stop"]>): void {
    task.desiredStatus = "STOPPED";
    task.stop = stop;
    task.at.stopping = now(state);
    dependencies.lookAgain(task);
  }

  /** Since 2023 ECS deregisters a stopping task's targets a scheduler tick after it wants it stopped, and waits until they are gone. */
  function drain(task: Task): void {
    move(task, "DEACTIVATING");
    deregisterLater(task, function look() {
      const draining = task.registrations.some(({ targetGroupArn, target }) => {
        const health = targets.health(targetGroupArn, target);
        return health !== undefined && health !== "unused";
      });
      if (task.lastStatus !== "DEACTIVATING") return;
      if (draining) after(task, within(DRAINING_POLL_MS), look);
      else terminate(task);
    });
  }

  function deregisterLater(task: Task, then: () => void = () => {}): void {
    if (!task.registrations.some((registration) => registration.state === "registered")) return;
    after(task, tickMs(), () => {
      for (const registration of task.registrations) {
        if (registration.state !== "registered") continue;
        targets.deregister(registration.targetGroupArn, registration.target);
        registration.state = "deregistered";
        observer.targets(task, "deregistered", registration.targetGroupArn);
      }
      then();
    });
  }

  function terminate(task: Task): void {
    if (task.containers.some((container) => container.process)) move(task, "STOPPING");
    for (const container of task.containers.filter(({ process }) => process)) {
      const timeoutSeconds = container.definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS;
      const cancelKill = after(task, timeoutSeconds * 1_000, () => signal(task, container, "SIGKILL"));
      void container.process?.exited.then(cancelKill);
      signal(task, container, "SIGTERM");
    }
    finishWhenAllEnded(task);
  }

  function signal(task: Task, container: TaskContainer, name: "SIGTERM" | "SIGKILL"): void {
    if (!container.process) return;
    log.append(containerFact(task, container, { change: "signalled", signal: name }));
    container.process.signal(name);
  }

  function finishWhenAllEnded(task: Task): void {
    if (task.desiredStatus !== "STOPPED" || task.containers.some(({ process }) => process)) return;
    if (task.lastStatus === "DEPROVISIONING" || task.lastStatus === "STOPPED" || starting.has(task)) return;
    const ran = task.containers.some(({ runtimeId }) => runtimeId !== undefined);
    if (ran) task.at.executionStopped = now(state);
    for (const container of task.containers) container.lastStatus = "STOPPED";
    move(task, "DEPROVISIONING");
    after(task, latencies.ecs.deprovisioningMs, () =>
      troubles.leave(task, "DEPROVISIONING", () => {
        task.at.stopped = now(state);
        move(task, "STOPPED");
      }),
    );
  }

  return {
    launch(task) {
      log.append(taskFact(task));
      after(task, latencies.ecs.provisioningMs, () => troubles.leave(task, "PROVISIONING", () => pull(task)));
    },
    stop(task, { code, reason, drain: wait }) {
      if (task.desiredStatus === "STOPPED") return;
      wantStopped(task, { code, reason });
      const started = task.lastStatus === "ACTIVATING" || task.lastStatus === "RUNNING";
      changed(task);
      if (starting.has(task)) return;
      cancelAll(task);
      const registered = task.registrations.some((registration) => registration.state === "registered");
      if (started && registered && wait) return drain(task);
      if (started) deregisterLater(task);
      terminate(task);
    },
    cutDraining(task) {
      if (task.lastStatus === "DEACTIVATING") terminate(task);
    },
    kill(task) {
      for (const container of task.containers) signal(task, container, "SIGKILL");
    },
    close() {
      closed = true;
      cancelEverything();
    },
  };
}

const CANNOT_PULL =
  "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to do request: dial tcp: i/o timeout";

function startProblem(error: unknown): string {
  if (error instanceof NoLogGroup) return error.message;
  return `CannotStartContainerError: ${error instanceof Error ? error.message : String(error)}`;
}

function withWorkingDirectory({ image, definition: { workingDirectory } }: TaskContainer): RegisteredImage {
  return workingDirectory ? { ...image!, program: { ...image!.program, workingDirectory } } : image!;
}

function pullProblem({ definition, image }: TaskContainer): string | undefined {
  if (definition.secrets?.length)
    return "ResourceInitializationError: unable to pull secrets or registry auth: the sandbox has no secret store";
  if (image) return undefined;
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${definition.image}: ${definition.image}: not found`;
}
