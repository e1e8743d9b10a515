import type { Step } from "./shell.ts";
import type { Situation } from "./situation.ts";
export function goBackByHand(_situation: Situation): Step[] {
  return [];
}
