import { judge, stateOf } from "./judge.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "./noticeboard-cloud.ts";
import { type Finished, type ProcedureRun, runProcedure } from "./run-procedure.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import { startVisitors } from "./visitors.ts";

export type Surroundings = {
  cloud?: NoticeboardCloudOptions;
  /** How the cloud is before anybody visits. */
  arrange?: (cloud: SimulatedCloud) => unknown;
  visitEveryMs?: number;
  /** Further listeners that visitors come through. */
  visitPorts?: number[];
  /** Further load balancers, by name. */
  visitBalancers?: string[];
};

export type JudgedRun = ProcedureRun & {
  /** Before the operation is requested. */
  meddle?: (cloud: SimulatedCloud) => unknown;
  /** How long after the operation the cloud is judged. */
  settleMs?: number;
};

/** A noticeboard among visitors on which operations follow one another, each of them judged for itself by the event log. */
export async function visitedCloud({
  cloud: options = {},
  arrange,
  visitEveryMs,
  visitPorts,
  visitBalancers,
}: Surroundings = {}) {
  const cloud = await noticeboardCloud(options);
  await arrange?.(cloud);
  const visitors = startVisitors(cloud, { everyMs: visitEveryMs, ports: visitPorts, balancers: visitBalancers });
  await cloud.world.clock.sleep(5_000);
  const earlier: Finished[] = [];
  return {
    cloud,
    visitors,
    async run({ meddle, settleMs = 10_000, ...operation }: JudgedRun) {
      const before = stateOf(cloud);
      await meddle?.(cloud);
      const finished = await runProcedure(cloud, operation);
      await cloud.world.clock.sleep(settleMs);
      const { request } = finished.state;
      const takesBack =
        request.procedure === "rollback" ? earlier.find(({ state }) => state.id === request.of)?.state : undefined;
      const others = earlier.map(({ state, events }) => ({ id: state.id, claims: events }));
      // What an earlier operation threw away knowingly is no loss of this one.
      const gone = earlier.flatMap(({ state }) => state.discarded);
      const acknowledged = visitors.acknowledged.filter(
        ({ at }) => !gone.some(({ from, to }) => Date.parse(from) <= at && at <= Date.parse(to)),
      );
      const { violations } = judge(cloud, { before, finished, visitors: { acknowledged }, takesBack, others });
      earlier.push(finished);
      return { ...finished, before, violations };
    },
  };
}

/** One operation among visitors, with the judgement of the event log on how it ended. */
export async function judgedProcedure({
  run,
  meddle,
  settleMs,
  ...surroundings
}: Surroundings & Omit<JudgedRun, keyof ProcedureRun> & { run: ProcedureRun }) {
  const { cloud, visitors, run: judgedRun } = await visitedCloud(surroundings);
  const finished = await judgedRun({ ...run, meddle, settleMs });
  await visitors.stop();
  return { cloud, visitors, ...finished };
}
