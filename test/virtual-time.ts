import FakeTimers from "@sinonjs/fake-timers";
import { workInFlight } from "../src/sandbox/wire/in-flight.ts";
import { watchRealWork } from "./real-work.ts";
import { seedChance } from "./seeded-chance.ts";

/** What the process does outside of JavaScript, such as loading a module, is seen only when it is done: so long it is waited for in real time. */
const PATIENCE = { looks: 100, everyMs: 10 };

/**
 * Runs `body` with every timer and date of the process on virtual time: whenever nothing is left to do at this instant, time jumps to the
 * next timer. Sockets and child processes know nothing of it, so only simulated substrates belong inside. With a `seed` the process leaves
 * nothing to chance meanwhile.
 */
export async function inVirtualTime<Result>(
  body: () => Promise<Result>,
  { startAt = "2026-01-15T02:00:00.000Z", seed }: { startAt?: string; seed?: number } = {},
): Promise<Result> {
  const yieldToEventLoop = setImmediate;
  const realTimeout = setTimeout;
  const realWork = watchRealWork();
  const settle = async () => {
    // A few turns of the real event loop empty promise chains; dynalite says for how long it goes on, SDK clients read the shared
    // configuration files before their first call, and tokens are signed and verified by the thread pool.
    for (let quiet = 0; quiet < 4; quiet = workInFlight() > 0 || !realWork.isNone() ? 0 : quiet + 1)
      await new Promise((resolve) => yieldToEventLoop(resolve));
  };
  const clock = FakeTimers.install({
    now: new Date(startAt),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
  const restoreChance = seed === undefined ? undefined : seedChance(seed);
  try {
    let outcome: { ok: true; result: Result } | { ok: false; error: unknown } | undefined;
    body().then(
      (result) => {
        outcome = { ok: true, result };
      },
      (error: unknown) => {
        outcome = { ok: false, error };
      },
    );
    for (let idleLooks = 0; ; ) {
      await settle();
      if (outcome) break;
      if (clock.countTimers() > 0) {
        idleLooks = 0;
        clock.next();
        continue;
      }
      idleLooks += 1;
      if (idleLooks > PATIENCE.looks)
        throw new Error(
          `virtual time stands still: nothing is scheduled and the body has not ended (${[...realWork.underWay(), ...process.getActiveResourcesInfo()].join(", ")})`,
        );
      await new Promise((resolve) => realTimeout(resolve, PATIENCE.everyMs));
    }
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  } finally {
    restoreChance?.();
    realWork.stop();
    clock.uninstall();
  }
}
