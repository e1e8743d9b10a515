import { countFailure, countSuccess } from "./circuit-breaker.ts";
import { daemonCount } from "./daemon.ts";
import { completeDeployment } from "./deployment.ts";
import { launchTask, placeTask } from "./launch.ts";
import { isPlaced, wordMisfit } from "./placement.ts";
import { planRollout } from "./rollout-plan.ts";
import { announce, countedTasksOf, primaryOf, recordService, type Service, tasksOf } from "./service.ts";
import type { Cluster, EcsState } from "./state.ts";
import { isRunning, type Task } from "./task.ts";
import { judge } from "./task-health.ts";
import type { TaskLife, TaskObserver } from "./task-life.ts";
import { isProtected } from "./task-protection.ts";

export type Scheduler = {
  /** An API call changed the service: the scheduler looks at it almost at once. */
  soon(service: Service): void;
  /** Container instances came or went. */
  capacityChanged(cluster: Cluster): void;
  observer: TaskObserver;
  close(): void;
};

/** How long after an API call the scheduler acts, in milliseconds. */
const REACTION_MS = 500;

/**
 * The service scheduler. It looks at a service at the ticks of its own rhythm, and only where something happened since the last look; whatever
 * happens to a task or a target therefore takes up to a tick to have an effect.
 */
export function createScheduler(state: EcsState, life: () => TaskLife): Scheduler {
  const { world } = state;
  const wakes = new Map<Service, { atMs: number; cancel(): void }>();
  const unsubscribe = world.log.subscribe((event) => {
    if (event.kind !== "target") return;
    for (const service of state.services.values())
      if (service.settings.loadBalancers?.some(({ targetGroupArn }) => targetGroupArn === event.targetGroupArn))
        atNextTick(service);
  });

  function wakeAt(service: Service, atMs: number, prompt = false): void {
    const planned = wakes.get(service);
    if (service.status === "INACTIVE" || (planned && planned.atMs <= atMs)) return;
    planned?.cancel();
    const cancel = world.timers.after(atMs - world.clock.now(), () => {
      wakes.delete(service);
      look(service, prompt);
    });
    wakes.set(service, { atMs, cancel });
  }
  const tickMs = () => world.latencies.ecs.schedulerTickMs;
  function atNextTick(service: Service): void {
    const age = world.clock.now() - service.createdAt.getTime();
    const elapsed = Math.floor(age / Math.max(1, tickMs())) + 1;
    wakeAt(service, service.createdAt.getTime() + elapsed * Math.max(1, tickMs()));
  }

  function look(service: Service, prompt: boolean): void {
    if (service.schedulingStrategy === "DAEMON" && service.status === "ACTIVE")
      service.desiredCount = daemonCount(state, service);
    const counted = countedTasksOf(state, service).map((task) => ({ task, ...judge(state, service, task) }));
    for (const { task, healthy, problem, graceEndsAtMs } of counted) {
      if (graceEndsAtMs) wakeAt(service, graceEndsAtMs);
      if (healthy) seenHealthy(service, task);
      if (problem) seenUnhealthy(service, task, problem.event);
    }
    // The circuit breaker may just have put another deployment first.
    const primary = primaryOf(service);
    const plan = planRollout({
      tasks: counted.map(({ task, healthy, unhealthy }) => ({
        task,
        // A draining instance's tasks are replaced as those of an old revision are.
        primary: task.owner?.deploymentId === primary.id && (task.instance?.status ?? "ACTIVE") === "ACTIVE",
        running: isRunning(task),
        healthy,
        unhealthy,
        protected: service.status === "ACTIVE" && isProtected(state, task),
      })),
      desiredCount: service.desiredCount,
      minimumHealthyPercent: service.deploymentConfiguration.minimumHealthyPercent ?? 100,
      maximumPercent: service.deploymentConfiguration.maximumPercent ?? 200,
      mayStart: primary.rolloutState !== "FAILED",
    });
    const reasons = new Map(counted.map(({ task, problem }) => [task, problem?.reason]));
    stop(service, plan.stop);
    stop(service, plan.replace, (task) => reasons.get(task));
    if (plan.spared)
      complain(
        service,
        `was unable to scale in due to (reason ${plan.spared} tasks under protection)`,
        `, taskSet ${primary.id}`,
      );
    const started = start(service, plan.start);
    if (started || plan.stop.length || plan.replace.length) {
      service.steady = false;
      atNextTick(service);
      return;
    }
    if (prompt) atNextTick(service);
    else settle(service, counted);
  }

  function stop(service: Service, tasks: Task[], reasonOf: (task: Task) => string | undefined = () => undefined): void {
    if (!tasks.length) return;
    const names = tasks.map(({ id }) => `(task ${id})`).join(" ");
    announce(state, service, `has stopped ${tasks.length} running tasks: ${names}.`);
    for (const task of tasks) {
      const scaling = `Scaling activity initiated by (deployment ${primaryOf(service).id})`;
      life().stop(task, { code: "ServiceSchedulerInitiated", reason: reasonOf(task) ?? scaling, drain: true });
    }
  }

  /** As many as there is room for; for the others it looks again at the next tick. */
  function start(service: Service, count: number): number {
    const tasks: Task[] = [];
    while (tasks.length < count) {
      const place = placeTask(state, service);
      if (!isPlaced(place)) {
        complain(service, `was unable to place a task${wordMisfit(place)}`);
        atNextTick(service);
        break;
      }
      tasks.push(launchTask(state, service, place));
    }
    if (tasks.length === 0) return 0;
    announce(state, service, `has started ${tasks.length} tasks: ${tasks.map(({ id }) => `(task ${id})`).join(" ")}.`);
    for (const task of tasks) life().launch(task);
    return tasks.length;
  }

  /** Nothing was left to do: the deployment may be complete, the service steady, or its deletion over. */
  function settle(service: Service, counted: { task: Task; healthy: boolean }[]): void {
    const primary = primaryOf(service);
    if (service.status === "DRAINING") {
      if (tasksOf(state, service).some(({ lastStatus }) => lastStatus !== "STOPPED")) return;
      service.status = "INACTIVE";
      recordService(state, service, "updated");
      return;
    }
    const reached =
      counted.length === service.desiredCount &&
      counted.every(({ task, healthy }) => healthy && task.owner?.deploymentId === primary.id);
    if (!reached || tasksOf(state, service).some(awaitsDeregistration)) return;
    const empty = service.desiredCount === 0 && !world.switches.deploymentAtZeroCompletes;
    if (primary.rolloutState === "IN_PROGRESS" && !empty) {
      completeDeployment(state, service);
      announce(state, service, `(deployment ${primary.id}) deployment completed.`);
    }
    if (service.steady) return;
    service.steady = true;
    service.complaints.clear();
    announce(state, service, "has reached a steady state.");
  }

  function complain(service: Service, message: string, qualifier?: string): void {
    if (service.complaints.has(message)) return;
    service.complaints.add(message);
    announce(state, service, message, qualifier);
  }

  function seenHealthy(service: Service, task: Task): void {
    const deployment = service.deployments.find(({ id }) => id === task.owner?.deploymentId);
    if (service.judged.healthy.has(task) || !deployment) return;
    service.judged.healthy.add(task);
    countSuccess(service, deployment);
  }

  function seenUnhealthy(service: Service, task: Task, event: string | undefined): void {
    if (service.judged.unhealthy.has(task)) return;
    service.judged.unhealthy.add(task);
    service.steady = false;
    if (event) announce(state, service, event);
    countFailure(state, service, task.owner!.deploymentId);
  }

  const serviceOf = (task: Task) => task.owner && state.services.get(task.owner.serviceArn);
  const whenOwned = (run: (service: Service, task: Task) => void) => (task: Task) => {
    const service = serviceOf(task);
    if (service) run(service, task);
  };

  return {
    soon: (service) => wakeAt(service, world.clock.now() + Math.min(REACTION_MS, tickMs()), true),
    capacityChanged(cluster) {
      for (const service of state.services.values()) if (service.cluster === cluster) atNextTick(service);
    },
    observer: {
      moved: whenOwned(atNextTick),
      healthChanged: whenOwned(atNextTick),
      failed(task, when) {
        const service = serviceOf(task);
        if (!service) return;
        service.steady = false;
        if (when === "before-running" || world.switches.breakerCountsExitAfterRunning)
          countFailure(state, service, task.owner!.deploymentId);
        atNextTick(service);
      },
      targets(task, change, targetGroupArn) {
        const service = serviceOf(task);
        if (!service) return;
        const group = `(target-group ${targetGroupArn})`;
        if (change === "refused")
          return announce(
            state,
            service,
            `failed to register targets in ${group} with (error target group not found).`,
          );
        announce(state, service, `${change} 1 targets in ${group}`);
        if (change === "deregistered")
          announce(
            state,
            service,
            "has begun draining connections on 1 tasks.",
            `, taskSet ${task.owner!.deploymentId}`,
          );
        atNextTick(service);
      },
    },
    close() {
      unsubscribe();
      for (const wake of wakes.values()) wake.cancel();
      wakes.clear();
    },
  };
}

const awaitsDeregistration = (task: Task): boolean =>
  task.desiredStatus === "STOPPED" && task.registrations.some((registration) => registration.state === "registered");
