/** A counted task (RUNNING, or on its way there) as the scheduler judges it. */
export type JudgedTask<Task> = {
  task: Task;
  primary: boolean;
  running: boolean;
  /** RUNNING, with every health check passed. */
  healthy: boolean;
  /** Failed its health checks after the grace period. */
  unhealthy: boolean;
};

export type RolloutPlan<Task> = { start: number; stop: Task[]; replace: Task[] };

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
  if (desiredCount === 0) return { start: 0, stop: tasks.map(({ task }) => task), replace: [] };
  const atMost = Math.floor((desiredCount * input.maximumPercent) / 100);
  const atLeastHealthy = Math.ceil((desiredCount * input.minimumHealthyPercent) / 100);
  const room = atMost - tasks.length;

  const good = tasks.filter(({ primary, unhealthy }) => primary && !unhealthy);
  const bad = tasks.filter(({ primary, unhealthy }) => primary && unhealthy);
  const old = tasks.filter(({ primary }) => !primary);

  const surplus = good.toSorted(mostDispensableFirst).slice(0, Math.max(0, good.length - desiredCount));
  const replaced = good.filter(isHealthy).length >= desiredCount;
  const blocked = !mayStart || (room <= 0 && good.length < desiredCount);
  const unhealthy = replaced ? bad : blocked ? bad.slice(0, 1) : [];

  const spare = tasks.filter(isHealthy).length - surplus.filter(isHealthy).length - atLeastHealthy;
  const superseded = mayStart
    ? [...old.filter((task) => !task.healthy), ...old.filter(isHealthy).slice(0, Math.max(0, spare))]
    : [];
  return {
    start: mayStart ? Math.max(0, Math.min(room, desiredCount - good.length)) : 0,
    stop: [...surplus, ...superseded].map(({ task }) => task),
    replace: unhealthy.map(({ task }) => task),
  };
}

const mostDispensableFirst = (a: JudgedTask<unknown>, b: JudgedTask<unknown>): number =>
  Number(a.healthy) - Number(b.healthy) || Number(a.running) - Number(b.running);

const isHealthy = ({ healthy }: JudgedTask<unknown>): boolean => healthy;
