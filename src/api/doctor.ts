import type { Target } from "../targets/schema.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Diagnosis } from "./schemas.ts";

/** AWS throttles by account: a few targets at a time. */
const AT_A_TIME = 4;
/** API Gateway ends a request after 30 s; a target that AWS is slow about must not take the answer about the others with it. */
const PATIENCE_MS = 25_000;

type Examined = Diagnosis["targets"][number];

/** Examines targets side by side, in the order given. Never throws: a target that could not be examined says why. */
export async function examineEach(
  targets: readonly Target[],
  { image, planner, clock, log }: Pick<Dependencies, "planner" | "clock" | "log"> & { image?: string },
): Promise<Diagnosis> {
  const until = clock.now() + PATIENCE_MS;
  const examined: Examined[] = [];
  const queue = [...targets.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [place, target] = next;
      examined[place] = await examine(target, until);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { ok: examined.every(({ ok }) => ok), targets: examined };

  async function examine(target: Target, until: number): Promise<Examined> {
    const patience = new AbortController();
    try {
      const { checks, ok, forecast } = await Promise.race([
        planner.examine(target, { image }),
        clock.sleep(Math.max(0, until - clock.now()), patience.signal).then(() => {
          throw new Error("AWS did not answer in time; ask for this target alone");
        }),
      ]);
      return { target: target.name, ok, checks, forecast };
    } catch (error) {
      log({ level: "error", message: "examining a target failed", target: target.name, error: String(error) });
      const { name, message } = error as Error;
      // What AWS says about itself may be about other resources than the caller may see.
      const problem = "$fault" in (error as object) ? `AWS answered with ${name}` : message;
      return { target: target.name, ok: false, checks: [], problem };
    } finally {
      patience.abort();
    }
  }
}
