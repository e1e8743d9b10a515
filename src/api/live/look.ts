import type { Clock } from "../../clock.ts";
import type { Planner } from "../../operations/plan.ts";
import type { Target } from "../../targets/schema.ts";
import type { LogLine } from "../dependencies.ts";
import { type CloudView, cloudView } from "./cloud-view.ts";

/** What the cloud said of a target, and when. `problem` says why it could not be asked. */
export type Look = { at: string } & ({ cloud: CloudView } | { problem: string });
export type LookAt = (target: Target, options: { patienceMs: number }) => Promise<Look | undefined>;

const FRESH_MS = 5_000;

type World = { planner: Pick<Planner, "describe">; clock: Clock; log(line: LogLine): void };
type Remembered = { asking?: Promise<Look>; last?: Look };

/**
 * Looks at the cloud for everybody who watches: a look is some dozens of calls, and AWS counts them for the whole account. So a target is asked
 * every five seconds at most, however many watch, and whoever cannot wait for the answer gets the one before.
 */
export function createLookout({ planner, clock, log }: World): LookAt {
  const targets = new Map<string, Remembered>();

  async function ask(target: Target): Promise<Look> {
    try {
      return { at: new Date(clock.now()).toISOString(), cloud: cloudView(await planner.describe(target)) };
    } catch (error) {
      const { name } = error as Error;
      log({ level: "error", message: "looking at a target failed", target: target.name, error: String(error) });
      return { at: new Date(clock.now()).toISOString(), problem: `The cloud could not be asked: ${name}` };
    }
  }

  return async function lookAt(target, { patienceMs }) {
    const known = targets.get(target.name) ?? {};
    targets.set(target.name, known);
    if (known.last && clock.now() - Date.parse(known.last.at) < FRESH_MS) return known.last;
    known.asking ??= ask(target).then((look) => {
      known.last = look;
      known.asking = undefined;
      return look;
    });
    const enough = new AbortController();
    const patience = clock.sleep(patienceMs, enough.signal).catch(() => {});
    const look = await Promise.race([known.asking, patience.then(() => known.last)]);
    enough.abort();
    return look;
  };
}
