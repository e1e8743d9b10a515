import type { Phase } from "./operation.ts";

/** What a phase does, in a few words. */
export const phaseTitles: Record<Phase, string> = {
  preflight: "looks at everything, changes nothing",
  prepare: "prepares what the window needs while the site is open",
  close: "puts the maintenance page up",
  stop: "stops every node",
  "back-up": "takes a snapshot of the database",
  restore: "puts the data of a snapshot in the place of the present",
  migrate: "starts one node, which migrates the database",
  start: "starts one node",
  work: "waits for the people who work on the one node",
  verify: "looks at the application through the load balancer",
  "scale-out": "starts all nodes",
  open: "gives the traffic back",
  finish: "puts every setting back",
  "put-back": "puts everything back as it was",
};
