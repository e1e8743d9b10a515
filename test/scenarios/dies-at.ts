import { expect } from "vitest";
import { judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

/**
 * One upgrade whose runbook dies once at each of these points, one after another: before a step, after its effect, once it is remembered. Each
 * next run must find what the last one left, and the upgrade ends as if nothing had happened.
 */
export async function expectToSurvive(points: string[], meddling: Meddling): Promise<void> {
  const left = new Set(points);
  const run = await inVirtualTime(() =>
    judgedUpgrade({
      ...meddling,
      run: {
        crash(point) {
          if (left.delete(point)) throw new Error("the worker was killed");
        },
      },
    }),
  );
  const { crashes, violations, state } = run;
  expect({ left: [...left], crashes, violations, status: state.status, leftovers: state.leftovers }).toEqual({
    left: [],
    crashes: points.length,
    violations: [],
    status: "succeeded",
    leftovers: [],
  });
}
