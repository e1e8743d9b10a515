import { inBatches } from "../aws/in-batches.ts";
import { timestamp } from "../clock.ts";
import type { Workflow } from "../engine/workflow.ts";
import type { Phase } from "../operations/operation.ts";
import type { Attempt, Fact, PhaseRun, Watch } from "./operation-run.ts";
import { permanentWhenRefused } from "./permanent-when-refused.ts";
import type { Planned } from "./planned.ts";
import { valuesOf } from "./settled.ts";
import { waitTurn } from "./wait-turn.ts";
import { waitUntil } from "./wait-until.ts";

const LOOK_EVERY_MS = 1_000;
/** Of several together by the first of them, the others counted. */
const nameOfAll = ([first, ...others]: { name: string }[]): string =>
  others.length ? `${first!.name} and ${others.length} more` : first!.name;
/** How old the look at who is in charge may be when something is done. Longer than that only a frozen worker takes, which may have a successor. */
const IN_CHARGE_FOR_MS = 10_000;

type Around = {
  current: Omit<
    PhaseRun,
    | "name"
    | "step"
    | "mutate"
    | "mutateTogether"
    | "mutateInLook"
    | "undo"
    | "poll"
    | "lookAround"
    | "waitUntil"
    | "takeTurn"
    | "record"
    | "tell"
    | "say"
  >;
  append(prefix: string, facts: Fact[], leg: string): Promise<unknown>;
  /** The same for facts that have keys of their own. */
  appendKeyed(facts: (Fact & { key: string })[], leg: string): Promise<unknown>;
  refuseWhenSuperseded(): Promise<unknown>;
  endWhenCancelled(): Promise<void>;
  watches(): Watch[];
};

/** Makes what a phase works with: each of its steps is fenced, written down and looked after the same way. */
export function phaseRuns({ current, append, appendKeyed, refuseWhenSuperseded, endWhenCancelled, watches }: Around) {
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
    /** Written down, all of them, before any is made. Answers which attempt at each it is. */
    async function announce(all: Planned<unknown>[]): Promise<Attempt[]> {
      const at = timestamp(clock);
      // The same mutation belongs to another phase in another procedure.
      const mutations = all.map((planned) => ({ ...planned, mutation: { ...planned.mutation, phase: name } }));
      const attempts: Attempt[] = [];
      for (const { name: key, mutation, undo } of mutations) {
        const first = await store.journal(id, { name: `${leg}${key}`, at, mutation, undo });
        attempts.push({ firstAt: first.at, again: first.at !== at });
      }
      await appendKeyed(
        mutations.map(({ name: key, mutation }) => ({ type: "mutation", mutation, key })),
        leg,
      );
      return attempts;
    }

    const op: PhaseRun = {
      ...current,
      name,
      step: (step, run) => scope.step(step, () => permanentWhenRefused(run)),
      async mutate(planned, act) {
        const [result] = await op.mutateTogether([planned], act);
        return result!;
      },
      async mutateTogether(all, act) {
        if (all.length === 0) return [];
        return scope.step(nameOfAll(all), async () => {
          const stillInCharge = await takeCharge();
          const attempts = await announce(all);
          const outcomes = await inBatches([...all.entries()], async ([index, { parameters }]) => {
            const made = permanentWhenRefused(async () => {
              stillInCharge();
              return act(parameters, attempts[index]!);
            });
            return (await Promise.allSettled([made]))[0];
          });
          return valuesOf(outcomes);
        });
      },
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
            const [watched, looked] = await Promise.all([
              Promise.allSettled(watches().map((watch) => watch(op))),
              Promise.allSettled([look()]),
            ]);
            // What a watch finds goes first: what was looked for may be there because of it.
            valuesOf(watched);
            return valuesOf(looked)[0]!;
          },
          { everyMs: LOOK_EVERY_MS, timeoutMs, slowness: current.aws.pace.slowness },
        ),
      lookAround: (what) =>
        scope.step(what, async () => {
          await endWhenCancelled();
          valuesOf(await Promise.allSettled(watches().map((watch) => permanentWhenRefused(() => watch(op)))));
        }),
      takeTurn: (what, options) => waitTurn({ what, ...options, op, scope, endWhenCancelled }),
      waitUntil: (what, wait) => waitUntil({ what, wait, op, scope, endWhenCancelled }),
      record: (what, facts) => scope.step(what, async () => void (await append(`${name}/${what}`, facts, leg))),
      tell: async (what, facts) => void (await append(`${name}/${what}`, facts, leg)),
      async say(message) {
        if (said.has(message)) return false;
        said.add(message);
        await op.tell(`says/${message}`, [{ type: "progress", phase: name, message }]);
        return true;
      },
    };
    return op;
  };
}
