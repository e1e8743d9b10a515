import { z } from "zod";
import { type Clock, timestamp } from "../../clock.ts";
import type { Planner } from "../../operations/plan.ts";
import type { OperationStore } from "../../operations/store.ts";
import type { Target } from "../../targets/schema.ts";
import type { LogLine } from "../dependencies.ts";
import { cloudView, cloudViewSchema } from "./cloud-view.ts";

const lookSchema = z.union([
  z.object({ at: z.iso.datetime(), cloud: cloudViewSchema }),
  z.object({ at: z.iso.datetime(), problem: z.string() }),
]);
/** What the cloud said of a target, and when it was asked. `problem` says why it could not be. */
export type Look = z.output<typeof lookSchema>;
export type LookAt = (target: Target, options: { patienceMs: number }) => Promise<Look | undefined>;

const FRESH_MS = 5_000;
/** What is older says nothing any more. */
const WORTH_MS = 60_000;

type World = {
  planner: Pick<Planner, "describe">;
  store: Pick<OperationStore, "note" | "noted" | "takeTurn">;
  clock: Clock;
  log(line: LogLine): void;
};

/**
 * Looks at the cloud for everybody who watches. A look is some dozens of calls, AWS counts them for the whole account, and the runbook needs its
 * share; Lambda gives each request that runs at the same time a process of its own. So what one saw is kept in the table for all, a target is
 * looked at every five seconds at most, and whoever cannot wait gets what was seen before.
 */
export function createLookout({ planner, store, clock, log }: World): LookAt {
  const looking = new Map<string, Promise<Look | undefined>>();

  async function look(target: Target): Promise<Look | undefined> {
    const before = await noted(target.name);
    if (before && age(before) < FRESH_MS) return before;
    if (!(await store.takeTurn(target.name, FRESH_MS))) return before;
    const seen = await ask(target);
    // Lambda stops a process between two requests, with a look half done: what was seen before that is nobody's news.
    if (age(seen) < WORTH_MS) await store.note(target.name, seen);
    return seen;
  }

  async function noted(name: string): Promise<Look | undefined> {
    // What another version has noted is nobody's news.
    const { data: last } = lookSchema.safeParse(await store.noted(name));
    return last && age(last) < WORTH_MS ? last : undefined;
  }

  async function ask(target: Target): Promise<Look> {
    const at = timestamp(clock);
    try {
      return { at, cloud: cloudView(await planner.describe(target)) };
    } catch (error) {
      log({ level: "error", message: "looking at a target failed", target: target.name, error: String(error) });
      return { at, problem: `The cloud could not be asked: ${(error as Error).name}` };
    }
  }

  const age = ({ at }: Look): number => clock.now() - Date.parse(at);

  return async function lookAt(target, { patienceMs }) {
    const { name } = target;
    const current =
      looking.get(name) ??
      look(target)
        .catch((error: unknown) => {
          log({ level: "error", message: "sharing a look failed", target: name, error: String(error) });
          return undefined;
        })
        .finally(() => looking.delete(name));
    looking.set(name, current);
    const enough = new AbortController();
    const patience = clock.sleep(patienceMs, enough.signal).then(
      () => noted(name).catch(() => undefined),
      () => undefined,
    );
    const seen = await Promise.race([current, patience]);
    enough.abort();
    return seen;
  };
}
