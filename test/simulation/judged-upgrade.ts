import type { Decision, UpgradeRequest } from "../../src/operations/operation.ts";
import { type JudgedRun, judgedProcedure, type Surroundings } from "./judged-procedure.ts";
import { operator } from "./operator.ts";
import type { ProcedureRun } from "./run-procedure.ts";
import { upgradeRequest } from "./run-upgrade.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

export type Meddling = Surroundings &
  Omit<JudgedRun, keyof ProcedureRun> & {
    run?: Omit<ProcedureRun, "request"> & { request?: Partial<UpgradeRequest> };
  };

/** An upgrade among visitors into which somebody meddles, with the judgement of the event log on how it ended. */
export const judgedUpgrade = ({ run: { request, ...run } = {}, ...meddling }: Meddling) =>
  judgedProcedure({ ...meddling, run: { ...run, request: upgradeRequest(request) } });

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
