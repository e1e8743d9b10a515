import {
  asAssumed,
  differs,
  type Lab,
  type Measured,
  type Measurement,
  notMeasured,
  type Outcome,
} from "./measurement.ts";
import {
  delayOf,
  type Ending,
  type StopLab,
  type Stopped,
  scaleInByOne,
  signalledMs,
  stopLab,
  untilStopped,
} from "./stop-lab.ts";

/** Long enough to be told from everything else, short enough to be waited for. */
const DELAY_SECONDS = 30;
const DELAY_MS = DELAY_SECONDS * 1_000;
/** Of the delay: what is so much sooner did not wait for it. */
const WAITED = 0.8;

const NO_NODE = "no service of the target has a node behind a load balancer that could be stopped";
const NOT_STOPPED = "no task was told to stop within two minutes";
const SAFE_EITHER_WAY = "nothing: the runbook is safe either way";

const times = (ending: Ending): Measured[] =>
  Object.entries(ending.seen).map(([status, ms]) => ({ what: `first seen ${status}`, unit: "ms", values: [ms] }));

/** Scales a service in by one, with that deregistration delay, and watches the task that is stopped. */
async function scaledIn(
  lab: Lab,
  delaySeconds: number,
  watch: (stopped: Stopped, at: StopLab) => Promise<Outcome>,
): Promise<Outcome> {
  const at = await stopLab(lab);
  if (!at) return notMeasured(NO_NODE);
  await delayOf(lab, at, delaySeconds);
  const stopped = await scaleInByOne(lab, at);
  return stopped ? watch(stopped, at) : notMeasured(NOT_STOPPED);
}

export const stopTask: Measurement = {
  name: "stop-task",
  asks: "How long after StopTask on a running node behind the load balancer are its containers told to end?",
  assumes: "the group's deregistration delay, as when a service is scaled in",
  does: `sets the delay to ${DELAY_SECONDS} s, stops one node and watches it; its service starts another`,
  needsNodes: true,
  disturbs: "one node is replaced",
  async run(lab) {
    const at = await stopLab(lab);
    if (!at) return notMeasured(NO_NODE);
    await delayOf(lab, at, DELAY_SECONDS);
    const task = await runningTask(lab, at);
    if (!task) return notMeasured(NO_NODE);
    await lab.aws.ecs.stopTask(lab.target.cluster, task, `measured by ${lab.run}`);
    const ending = await untilStopped(lab, { task, since: lab.clock.now() });
    const signalled = signalledMs(ending);
    if (signalled === undefined) return notMeasured("the node did not stop within 15 minutes", times(ending));
    const measured = [...times(ending), ms("from StopTask to the end's signal", signalled)];
    return signalled >= DELAY_MS * WAITED
      ? asAssumed(measured)
      : differs(`${SAFE_EITHER_WAY}. A node that is stopped by hand ends at once, with its requests`, measured);
  },
};

export const stopTaskDeactivating: Measurement = {
  name: "stop-task-deactivating",
  asks: "Does StopTask on a node that drains already cut the wait short?",
  assumes: "no: it changes nothing, so the delay is lowered before and not waited out by StopTask",
  does: `sets the delay to ${DELAY_SECONDS} s, scales in by one, stops the same task once more, and scales out`,
  needsNodes: true,
  disturbs: "one node fewer for some minutes",
  run: (lab) =>
    scaledIn(lab, DELAY_SECONDS, async (stopped) => {
      let againAtMs: number | undefined;
      const ending = await untilStopped(lab, {
        ...stopped,
        each: async ({ lastStatus }) => {
          if (againAtMs !== undefined || lastStatus !== "DEACTIVATING") return;
          await lab.aws.ecs.stopTask(lab.target.cluster, stopped.task, `measured by ${lab.run}`);
          againAtMs = lab.clock.now() - stopped.since;
        },
      });
      return sooner(
        ending,
        againAtMs,
        `${SAFE_EITHER_WAY}. StopTask once draining has begun would save what is left of the delay`,
      );
    }),
};

export const lowerDelayDraining: Measurement = {
  name: "lower-delay-draining",
  asks: "Does a deregistration delay that is lowered apply to targets that drain already?",
  assumes: "no: it is read when a target is deregistered, so it is lowered before anything is stopped",
  does: `sets the delay to ${DELAY_SECONDS} s, scales in by one, sets it to 0 once the node drains, and scales out`,
  needsNodes: true,
  disturbs: "one node fewer for some minutes",
  run: (lab) =>
    scaledIn(lab, DELAY_SECONDS, async (stopped, at) => {
      let loweredAtMs: number | undefined;
      const ending = await untilStopped(lab, {
        ...stopped,
        each: async () => {
          if (loweredAtMs !== undefined) return;
          const health = await lab.aws.loadBalancers.targetHealth(at.groupArn);
          if (!health.some(({ state }) => state === "draining")) return;
          await delayOf(lab, at, 0);
          loweredAtMs = lab.clock.now() - stopped.since;
        },
      });
      return sooner(
        ending,
        loweredAtMs,
        `${SAFE_EITHER_WAY}. A window that finds nodes draining could lower the delay and go on sooner`,
      );
    }),
};

/** Whether what was done while a node drained made it end well before its delay was over. */
function sooner(ending: Ending, doneAtMs: number | undefined, change: string) {
  const signalled = signalledMs(ending);
  if (doneAtMs === undefined) return notMeasured("the node was never seen draining", times(ending));
  if (signalled === undefined) return notMeasured("the node did not stop within 15 minutes", times(ending));
  const measured = [
    ...times(ending),
    ms("done after", doneAtMs),
    ms("from there to the end's signal", signalled - doneAtMs),
  ];
  return signalled - doneAtMs < (DELAY_MS - doneAtMs) * WAITED ? differs(change, measured) : asAssumed(measured);
}

export const executionStoppedAt: Measurement = {
  name: "execution-stopped-at",
  asks: "Does DescribeTasks show executionStoppedAt while a task is still DEPROVISIONING, and how long before STOPPED?",
  assumes: "yes: it is the earliest proof that no container runs, and saves the time until STOPPED",
  does: "sets the delay to 0, scales in by one, watches the task end, and scales out",
  needsNodes: true,
  disturbs: "one node fewer for a minute",
  run: (lab) =>
    scaledIn(lab, 0, async (stopped) => {
      const ending = await untilStopped(lab, { ...stopped, everyMs: 250 });
      const { executionStopped, stoppedMs, seen } = ending;
      if (stoppedMs === undefined) return notMeasured("the node did not stop within 15 minutes", times(ending));
      if (seen.DEPROVISIONING === undefined)
        return notMeasured("the task was never seen DEPROVISIONING: it was over between two looks", times(ending));
      const lag = executionStopped ? [ms("from executionStoppedAt to STOPPED", stoppedMs - executionStopped.ms)] : [];
      const measured = [...times(ending), ...lag];
      return executionStopped && executionStopped.status !== "STOPPED"
        ? asAssumed(measured)
        : differs(
            "nothing: the runbook then waits for STOPPED, so each stop is longer by the time that DEPROVISIONING takes",
            measured,
          );
    }),
};

export const runningCount: Measurement = {
  name: "running-count",
  asks: "Does a service count a node that drains?",
  assumes: "no: its runningCount falls while the containers still run, so it proves nothing",
  does: `sets the delay to ${DELAY_SECONDS} s, scales in by one, compares the count with the task, and scales out`,
  needsNodes: true,
  disturbs: "one node fewer for some minutes",
  run: (lab) =>
    scaledIn(lab, DELAY_SECONDS, async (stopped, at) => {
      let uncountedMs: number | undefined;
      const ending = await untilStopped(lab, {
        ...stopped,
        each: async () => {
          if (uncountedMs !== undefined) return;
          const [service] = await lab.aws.ecs.services(lab.target.cluster, [at.service]);
          if (service && service.runningCount < at.count) uncountedMs = lab.clock.now() - stopped.since;
        },
      });
      const { quietMs } = ending;
      if (uncountedMs === undefined || quietMs === undefined)
        return notMeasured("the count never fell, or the node did not stop within 15 minutes", times(ending));
      const measured = [ms("until the count fell", uncountedMs), ms("until the containers had ended", quietMs)];
      return uncountedMs < quietMs
        ? asAssumed(measured)
        : differs("nothing: the runbook looks at tasks, whatever services count", measured);
    }),
};

const ms = (what: string, value: number): Measured => ({ what, unit: "ms", values: [value] });

async function runningTask({ aws, target }: Lab, { service }: StopLab): Promise<string | undefined> {
  const tasks = await aws.ecs.tasks(target.cluster, await aws.ecs.tasksOfService(target.cluster, service));
  return tasks.find(({ lastStatus, desiredStatus }) => lastStatus === "RUNNING" && desiredStatus === "RUNNING")?.arn;
}
