import type { CheckOutcome } from "../../substrate/network.ts";

/** What goes wrong in a load balancer by itself, each until it is taken back. */
export type Trouble = {
  /** Changes of rules reach this address so much later than others. */
  slowAddress?: { address: string; ms: number };
  /** The ids of targets that its health checks do not reach, although everybody else does. */
  unchecked?: string[];
};

/** What a health check finds that gets lost on its way. */
export const LOST: CheckOutcome = { outcome: "timed-out" };
