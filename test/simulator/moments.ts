import type { Phase } from "../../src/operations/operation.ts";
import type { CallSeen } from "./result.ts";
import type { RunbookWorker } from "./runbook-worker.ts";
import type { Moment } from "./scenario.ts";

/** A call of the runbook as it is made: the nth of its kind in its phase, and the nth by wider counts. */
export type CallNow = CallSeen & { nthOfKind: number; nthInPhase: number; nthOfAll: number };
/** Which calls: `*` for both service and operation is any of them. */
export type Calls = { phase?: Phase; service: string; operation: string; nth: number; count?: number };
export type Where = Pick<CallSeen, "phase"> & Partial<Pick<CallSeen, "service" | "operation">>;

type Awaited = { moment: Moment; act: (where: Where, caller?: RunbookWorker) => unknown };
export type Moments = ReturnType<typeof createMoments>;

/** Waits for moments and acts at each, once. Nothing happens before `begin`, nor after `end`. */
export function createMoments(sleep: (ms: number) => Promise<void>) {
  let awaited: Awaited[] = [];
  const counts = new Map<string, number>();
  const calls: CallSeen[] = [];
  const begun = new Set<Phase>();
  let phase: CallSeen["phase"] = "before";
  let isOn = false;

  const count = (...key: string[]) => {
    const name = key.join(" ");
    const next = (counts.get(name) ?? 0) + 1;
    counts.set(name, next);
    return next;
  };
  async function reach(side: "before" | "after", call: CallNow, caller: RunbookWorker): Promise<void> {
    const reached = awaited.filter(({ moment }) => isOn && isAt(moment, side, call));
    awaited = awaited.filter((each) => !reached.includes(each));
    const { phase, service, operation } = call;
    for (const { act } of reached) await act({ phase, service, operation }, caller);
  }
  const isAt = (moment: Moment, side: "before" | "after", call: CallNow) =>
    "side" in moment && moment.side === side && isAmong(call, moment);

  return {
    calls: calls as readonly CallSeen[],
    get isOn() {
      return isOn;
    },
    /** What came before, such as the operation that is taken back, is no part of it. */
    begin() {
      isOn = true;
      phase = "before";
      counts.clear();
      calls.length = 0;
    },
    end() {
      isOn = false;
    },
    at(moment: Moment, act: Awaited["act"]) {
      awaited.push({ moment, act });
    },
    /** The operation's log shows that a phase begins. */
    enter(entered: Phase) {
      phase = entered;
      if (!isOn || begun.has(entered)) return;
      begun.add(entered);
      const due = awaited.filter(({ moment }) => !("side" in moment) && moment.phase === entered);
      awaited = awaited.filter((each) => !due.includes(each));
      for (const { moment, act } of due)
        void sleep("afterMs" in moment ? moment.afterMs : 0).then(() => (isOn ? act({ phase }) : undefined));
    },
    /** A call is about to be made. */
    count(service: string, operation: string): CallNow {
      const call = { phase, service, operation, nth: count(phase, service, operation) };
      calls.push(call);
      return {
        ...call,
        nthOfKind: count("any phase", service, operation),
        nthInPhase: count(phase),
        nthOfAll: count("any phase"),
      };
    },
    before: (call: CallNow, caller: RunbookWorker) => reach("before", call, caller),
    after: (call: CallNow, caller: RunbookWorker) => reach("after", call, caller),
  };
}

/** Whether a call is one of those that are meant. */
export function isAmong(call: CallNow, { phase, service, operation, nth, count = 1 }: Calls): boolean {
  const isAny = service === "*";
  if (phase !== undefined && phase !== call.phase) return false;
  if (!isAny && (service !== call.service || operation !== call.operation)) return false;
  const counted = phase === undefined ? (isAny ? call.nthOfAll : call.nthOfKind) : isAny ? call.nthInPhase : call.nth;
  return counted >= nth && counted < nth + count;
}
