import { timestamp } from "../clock.ts";
import type { Workflow } from "../engine/workflow.ts";
import type { Phase } from "../operations/operation.ts";
import type { Fact, PhaseRun, Watch } from "./operation-run.ts";
import { permanentWhenRefused } from "./permanent-when-refused.ts";
import { waitUntil } from "./wait-until.ts";

const LOOK_EVERY_MS = 1_000;
/** How old the look at who is in charge may be when something is done. Longer than that only a frozen worker takes, which may have a successor. */
const IN_CHARGE_FOR_MS = 10_000;

type Around = {
  current: Omit<
    PhaseRun,
    "name" | "step" | "mutate" | "mutateInLook" | "undo" | "poll" | "lookAround" | "waitUntil" | "record" | "say"
  >;
  append(prefix: string, facts: Fact[], leg: string): Promise<unknown>;
  refuseWhenSuperseded(): Promise<unknown>;
  endWhenCancelled(): Promise<void>;
  watches(): Watch[];
};

/** Makes what a phase works with: each of its steps is fenced, written down and looked after the same way. */
export function phaseRuns({ current, append, refuseWhenSuperseded, endWhenCancelled, watches }: Around) {
  const { store, clock, id } = current;

  /** Answers how to make sure, right before acting, that the look was not long ago. What throws then is tried again, by whoever is in charge. */
  async function takeCharge(): Promise<() => void> {
    const lookedAt = clock.now();
    await refuseWhenSuperseded();
    return () => {
      const ageMs = clock.now() - lookedAt;
      if (ageMs > IN_CHARGE_FOR_MS)
        throw new Error(`expected to act within ${IN_CHARGE_FOR_MS} ms of being in charge, found ${ageMs} ms`);
    };
  }

  /** `leg` keeps the keys of what is written apart from those of the same phase at another time. */
  return function inPhase(name: Phase, scope: Workflow, leg: string): PhaseRun {
    const said = new Set<string>();
    const op: PhaseRun = {
      ...current,
      name,
      step: (step, run) => scope.step(step, () => permanentWhenRefused(run)),
      mutate: (planned, act) =>
        scope.step(planned.name, async () => {
          const stillInCharge = await takeCharge();
          const at = timestamp(clock);
          // The same mutation belongs to another phase in another procedure.
          const mutation = { ...planned.mutation, phase: name };
          const first = await store.journal(id, { name: `${leg}${planned.name}`, at, mutation, undo: planned.undo });
          await append(planned.name, [{ type: "mutation", mutation }], leg);
          const attempt = { firstAt: first.at, again: first.at !== at };
          stillInCharge();
          return permanentWhenRefused(() => act(planned.parameters, attempt));
        }),
      async mutateInLook({ name: key, mutation, undo, parameters }, act) {
        await store.journal(id, { name: `${leg}${key}`, at: timestamp(clock), mutation, undo });
        await append(key, [{ type: "mutation", mutation }], leg);
        return act(parameters);
      },
      undo: (what, act) =>
        scope.step(what, async () => {
          const stillInCharge = await takeCharge();
          stillInCharge();
          return permanentWhenRefused(act);
        }),
      poll: (what, look, { timeoutMs }) =>
        scope.poll(
          what,
          async () => {
            await endWhenCancelled();
            for (const watch of watches()) await watch(op);
            return look();
          },
          { everyMs: LOOK_EVERY_MS, timeoutMs, slowness: current.aws.pace.slowness },
        ),
      lookAround: (what) =>
        scope.step(what, async () => {
          await endWhenCancelled();
          for (const watch of watches()) await permanentWhenRefused(() => watch(op));
        }),
      waitUntil: (what, wait) => waitUntil({ what, wait, op, scope, endWhenCancelled }),
      record: (what, facts) => scope.step(what, async () => void (await append(`${name}/${what}`, facts, leg))),
      async say(message) {
        if (said.has(message)) return false;
        said.add(message);
        await append(`${name}/says/${message}`, [{ type: "progress", phase: name, message }], leg);
        return true;
      },
    };
    return op;
  };
}
