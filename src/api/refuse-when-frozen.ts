import type { Target } from "../targets/schema.ts";
import { ProblemError } from "./problem.ts";

/** A plan of a frozen target is welcome; starting something on it is not. */
export function refuseWhenFrozen(target: Target): void {
  if (target.frozen !== undefined)
    throw new ProblemError("target-frozen", `${target.name} is frozen: ${target.frozen}`);
}
