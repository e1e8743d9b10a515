import type { Phase } from "./operation.ts";

/** What a phase does, in a few words. */
export const phaseTitles: Record<Phase, string> = {
  preflight: "looks at everything, changes nothing",
  prepare: "registers the new revisions while the site is open",
  close: "puts the maintenance page up",
  stop: "stops every node",
  "back-up": "takes a snapshot of the database",
  migrate: "starts one node, which migrates the database",
  verify: "looks at the new version through the load balancer",
  "scale-out": "starts all nodes",
  open: "gives the traffic back",
  finish: "puts every setting back",
  "put-back": "puts everything back as it was",
};
