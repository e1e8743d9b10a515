import type { Decision } from "../../src/operations/operation.ts";
import { judge, stateOf } from "./judge.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "./noticeboard-cloud.ts";
import { operator, runUpgrade } from "./run-upgrade.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";
import { startVisitors } from "./visitors.ts";

export type Meddling = {
  cloud?: NoticeboardCloudOptions;
  run?: Parameters<typeof runUpgrade>[1];
  /** How the cloud is before anybody visits. */
  arrange?: (cloud: SimulatedCloud) => unknown;
  /** Before the operation is requested. */
  meddle?: (cloud: SimulatedCloud) => unknown;
  visitEveryMs?: number;
  /** Further listeners that visitors come through. */
  visitPorts?: number[];
  /** Further load balancers, by name. */
  visitBalancers?: string[];
  /** How long after the operation the cloud is judged. */
  settleMs?: number;
};

/** An upgrade among visitors into which somebody meddles, with the judgement of the event log on how it ended. */
export async function judgedUpgrade({
  cloud: options = {},
  run,
  arrange,
  meddle,
  visitEveryMs,
  visitPorts,
  visitBalancers,
  settleMs = 10_000,
}: Meddling) {
  const cloud = await noticeboardCloud(options);
  await arrange?.(cloud);
  const visitors = startVisitors(cloud, { everyMs: visitEveryMs, ports: visitPorts, balancers: visitBalancers });
  await cloud.world.clock.sleep(5_000);
  const before = stateOf(cloud);
  await meddle?.(cloud);
  const finished = await runUpgrade(cloud, run);
  await cloud.world.clock.sleep(settleMs);
  await visitors.stop();
  const { violations } = judge(cloud, { before, finished, visitors });
  return { cloud, visitors, violations, ...finished };
}

/** Runs something when the operation's log first shows the event, before the runbook goes on. */
export const at = (key: string, act: (cloud: SimulatedCloud) => unknown) => (cloud: SimulatedCloud) => {
  const { store } = cloud.runbook;
  const append = store.append;
  let done = false;
  store.append = async (id, facts) => {
    const state = await append(id, facts);
    if (done || !facts.some((fact) => fact.key === key)) return state;
    done = true;
    await act(cloud);
    return (await store.get(id)) ?? state;
  };
};

export const decide = (decision: Decision) => (cloud: SimulatedCloud) =>
  cloud.store
    .list("noticeboard")
    .then(([operation]) =>
      cloud.store.append(operation!.id, [{ type: "decided", key: "decided", decision, by: operator }]),
    );

/** An error as AWS answers it, where a call is answered by hand. */
export const refusal = (name: string, { attempts = 1, httpStatusCode = 400 } = {}) =>
  Object.assign(new Error(`${name} by hand`), { name, $fault: "client", $metadata: { httpStatusCode, attempts } });

/** Containers that started on an image, by the beginning of its digest. */
export const startsOf = (cloud: SimulatedCloud, digestStartsWith: string) =>
  cloud.world.log
    .after()
    .flatMap((event) =>
      event.kind === "container" && event.change === "started" && event.imageDigest.startsWith(digestStartsWith)
        ? [event]
        : [],
    );
