import { setTimeout as sleep } from "node:timers/promises";
import { RUNBOOK_FUNCTION } from "../../src/sandbox/own-plan.ts";
import { ConnectionCut } from "../../src/sandbox/wire/messages.ts";
import type { Gate, ObservedCall } from "../../src/sandbox/wire/server.ts";
import { createPointNamer, type NamedCall } from "./point-namer.ts";
import { type ChoosePoint, type Mode, type Moment, type Points, pointOf } from "./points.ts";
import type { SweepSandbox } from "./sweep-sandbox.ts";
import { createZombies } from "./zombies.ts";

/** A worker that was ended at a point. */
export type Hit = {
  point: string;
  moment: Moment;
  /** The log's last event at that moment. */
  seq: number;
  call: Pick<ObservedCall, "service" | "operation" | "parameters">;
};

type Options = {
  points: Points;
  mode: Mode;
  /** The path of the runbook's code, by which its workers are known among this process's children. */
  bundle: string;
};

const never = new Promise<never>(() => {});

/** Ends the runbook's workers, each point once, when it is first come by. */
export function createDisturber({ points, mode, bundle }: Options) {
  const isChosen: ChoosePoint = typeof points === "function" ? points : ({ point }) => points.includes(point);
  const done = new Set<string>();
  const hits: Hit[] = [];
  const seen = new Map<string, NamedCall>();
  const names = new WeakMap<object, NamedCall>();
  const zombies = createZombies(bundle);
  let namer = createPointNamer();
  let sandbox: SweepSandbox | undefined;

  function nameOf(call: ObservedCall): NamedCall {
    const parameters = call.parameters as object;
    const named = names.get(parameters) ?? namer.name(call);
    names.set(parameters, named);
    if (!seen.has(named.name)) seen.set(named.name, named);
    return named;
  }

  const gate: Gate = (call, moment) => {
    const caller = sandbox?.services.credentials.callerOf(call.identity?.accessKeyId ?? "");
    if (!sandbox || !caller?.arn.includes(`/${RUNBOOK_FUNCTION}`)) return undefined;
    const named = nameOf(call);
    const point = pointOf(moment, named.name);
    if (done.has(point) || !isChosen({ ...named, service: call.service, point, moment })) return undefined;
    done.add(point);
    const { services } = sandbox;
    const { service, operation, parameters } = call;
    hits.push({ point, moment, seq: services.world.log.after().length, call: { service, operation, parameters } });
    namer.startAnew();
    if (mode === "kill") {
      services.lambda.kill(RUNBOOK_FUNCTION);
      return never;
    }
    zombies.freeze();
    services.lambda.lose(RUNBOOK_FUNCTION);
    // What it sent has not arrived, and it will find its connection gone; or the answer is there when it wakes.
    return moment === "before" ? Promise.reject(new ConnectionCut("ConnectionReset")) : undefined;
  };

  return {
    gate,
    hits,
    /** What the runbook's workers came by, each call once, in order. */
    seen: () => [...seen.values()],
    /** From here on the runbook's calls count. */
    begin(started: SweepSandbox) {
      sandbox = started;
      namer = createPointNamer();
    },
    /** Resolves when every frozen worker has woken and had the time to do harm. */
    wakeAll: async () => {
      if (mode === "freeze") await zombies.wakeAll();
      else await sleep(0);
    },
    end: () => zombies.end(),
  };
}
