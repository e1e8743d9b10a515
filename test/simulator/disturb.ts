import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { disturbCloud } from "./disturbances/cloud-disturbance.ts";
import type { Executions } from "./executions.ts";
import { type CallNow, isAmong, type Moments } from "./moments.ts";
import type { OperatorApi } from "./operator-api.ts";
import type { Hit } from "./result.ts";
import type { CallHook, RunbookWorker } from "./runbook-worker.ts";
import type { Disturbance, Scenario } from "./scenario.ts";

type CallFault = Extract<Disturbance, { kind: "call" }>;
/** `caller`: the worker whose call the moment is at. Answers whether there was anything to disturb. */
type Act = (caller: RunbookWorker | undefined) => boolean | Promise<boolean>;
type World = {
  cloud: SimulatedCloud;
  moments: Moments;
  executions: () => Executions;
  api: () => OperatorApi;
  operation: () => string;
  onHit: (hit: Hit) => void;
  onBug: (bug: string) => void;
};

/** Lets every disturbance of a scenario happen at its moment. The hook is what the workers' calls go through. */
export function disturb({ disturbances, callMs }: Scenario, world: World): CallHook {
  const { cloud, moments, executions, onHit } = world;
  const faults: CallFault[] = [];
  /** Of those that outlast their phase, which of all calls of the kind was the first. */
  const began = new Map<CallFault, number>();

  for (const disturbance of disturbances) {
    switch (disturbance.kind) {
      case "call":
        faults.push(disturbance);
        break;
      case "crash":
        on(disturbance, "crash", (worker) => executions().crash({ worker, lingersMs: disturbance.lingersMs }));
        break;
      case "execution-ends":
        on(disturbance, "execution-ends", () => executions().endExecution());
        break;
      case "runs-twice":
        on(disturbance, "runs-twice", () => executions().runAgain());
        break;
      case "cloud":
        on(disturbance, disturbance.what.what, () => disturbCloud(cloud, disturbance.what));
        break;
      case "person":
        on(disturbance, disturbance.does, () => interfere(disturbance.does));
        break;
    }
  }

  function on(disturbance: Exclude<Disturbance, CallFault>, what: string, act: Act): void {
    const { kind } = disturbance;
    moments.at(disturbance.at, async (where, caller) => {
      if (await act(caller)) onHit({ kind, what, ...where });
    });
  }

  async function interfere(does: Extract<Disturbance, { kind: "person" }>["does"]): Promise<boolean> {
    const id = world.operation();
    const before = await world.api().operation(id);
    if (before.finishedAt) return false;
    if (does === "second-request") {
      const { status } = await world.api().post("/v1/targets/noticeboard/operations", SECOND, "second");
      if (status !== 409)
        world.onBug(`a second operation on the target was answered with ${status}, while ${id} was ${before.status}`);
      return true;
    }
    const path = does === "restore" ? "restore" : "decisions";
    const { status } = await world
      .api()
      .post(`/v1/operations/${id}/${path}`, does === "restore" ? { comment: "it looks dead" } : { decision: does });
    return status === 202;
  }

  /** The fault of the next call of this kind and no other, taken by the cloud as it is made. */
  function arm(call: CallNow): void {
    const fault = faults.find((each) => (each.outlasts ? hasBegun(each, call) : isAmong(call, countedFrom(each))));
    if (!fault) return;
    const { kind, phase: _phase, outlasts: _outlasts, ...rule } = fault;
    const { service, operation, nth } = call;
    cloud.faults.add({ ...rule, service, operation, nth: 1, count: 1 });
    onHit({ kind, what: fault.fault, phase: call.phase, service, operation, nth });
  }

  function hasBegun(fault: CallFault, call: CallNow): boolean {
    const { phase, service, operation, nth = 1, count = 1 } = fault;
    if (!began.has(fault) && isAmong(call, { phase, service, operation, nth })) began.set(fault, call.nthOfKind);
    const first = began.get(fault);
    return first !== undefined && isAmong(call, { service, operation, nth: first, count });
  }

  return {
    async before(worker, service, operation) {
      if (callMs > 0) await cloud.world.clock.sleep(callMs);
      const call = moments.count(service, operation);
      await moments.before(call, worker);
      if (worker.isAlive && moments.isOn) arm(call);
      return call;
    },
    after: (worker, call) => moments.after(call as CallNow, worker),
  };
}

const countedFrom = ({ nth = 1, ...calls }: CallFault) => ({ ...calls, nth });

const SECOND = { procedure: "maintenance", within: "10m" };
