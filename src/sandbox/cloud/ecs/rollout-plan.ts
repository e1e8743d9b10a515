/** A counted task (RUNNING, or on its way there) as the scheduler judges it. */
export type JudgedTask<Task> = {
  task: Task;
  primary: boolean;
  running: boolean;
  /** RUNNING, with every health check passed. */
  healthy: boolean;
  /** Failed its health checks after the grace period. */
  unhealthy: boolean;
  /** Is left alone by scale-in and by deployments, until its protection expires. */
  protected?: boolean;
};

/** `spared` are those that would be stopped if they were not protected. */
export type RolloutPlan<Task> = { start: number; stop: Task[]; replace: Task[]; spared: number };

/**
 * One look of the service scheduler: how many tasks of the PRIMARY deployment to start, which to stop, which to stop as unhealthy.
 * minimumHealthyPercent rounds up and maximumPercent down. A task that is stopping is in no list here: it does not count, so a replacement
 * may start while the old task still runs (the counters are "tasks in the RUNNING or PENDING state").
 */
export function planRollout<Task>(input: {
  tasks: JudgedTask<Task>[];
  desiredCount: number;
  minimumHealthyPercent: number;
  maximumPercent: number;
  /** False once the deployment FAILED: it launches no more tasks, and nothing is replaced. */
  mayStart: boolean;
}): RolloutPlan<Task> {
  const { tasks, desiredCount, mayStart } = input;
  if (desiredCount === 0) {
    const stop = tasks.filter(isDispensable).map(({ task }) => task);
    return { start: 0, stop, replace: [], spared: tasks.length - stop.length };
  }
  const atMost = Math.floor((desiredCount * input.maximumPercent) / 100);
  const atLeastHealthy = Math.ceil((desiredCount * input.minimumHealthyPercent) / 100);
  const room = atMost - tasks.length;

  const good = tasks.filter(({ primary, unhealthy }) => primary && !unhealthy);
  const bad = tasks.filter(({ primary, unhealthy }) => primary && unhealthy);
  const old = tasks.filter(({ primary }) => !primary);

  const tooMany = Math.max(0, good.length - desiredCount);
  const surplus = good.filter(isDispensable).toSorted(mostDispensableFirst).slice(0, tooMany);
  const replaced = good.filter(isHealthy).length >= desiredCount;
  const blocked = !mayStart || (room <= 0 && good.length < desiredCount);
  const unhealthy = replaced ? bad : blocked ? bad.slice(0, 1) : [];

  const spare = tasks.filter(isHealthy).length - surplus.filter(isHealthy).length - atLeastHealthy;
  const superseded = mayStart
    ? [...old.filter((task) => !task.healthy), ...old.filter(isHealthy).slice(0, Math.max(0, spare))].filter(
        isDispensable,
      )
    : [];
  return {
    start: mayStart ? Math.max(0, Math.min(room, desiredCount - good.length)) : 0,
    stop: [...surplus, ...superseded].map(({ task }) => task),
    replace: unhealthy.map(({ task }) => task),
    spared: tooMany - surplus.length + (mayStart ? old.filter((task) => task.protected).length : 0),
  };
}

const mostDispensableFirst = (a: JudgedTask<unknown>, b: JudgedTask<unknown>): number =>
  Number(a.healthy) - Number(b.healthy) || Number(a.running) - Number(b.running);

const isDispensable = (task: JudgedTask<unknown>): boolean => !task.protected;
const isHealthy = ({ healthy }: JudgedTask<unknown>): boolean => healthy;
