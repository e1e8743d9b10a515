import type { Table } from "./tables.ts";

/** What the shorter way would leave out: what a runbook by hand does not do at all, with whatever waiters. */
export const notDone: Table = {
  title: "What is done besides",
  head: ["", "Intermission", "bash, AWS CLI", "TypeScript, SDK's waiters"],
  rows: [
    ["refuses before anything is touched (preflight)", "yes", "no", "no"],
    [
      "closes only the target's own paths of a shared listener",
      "yes",
      "no: everything behind it",
      "no: everything behind it",
    ],
    ["proves at every address that the page shows before nodes stop", "yes", "no", "no"],
    ["keeps Auto Scaling and the circuit breaker from starting nodes", "yes", "no", "no"],
    ["notices tasks that somebody else starts", "yes", "no", "no"],
    ["migrates at most once on the same data", "yes", "no: ECS starts the node again", "no: ECS starts the node again"],
    ["verifies version and digest before visitors return", "yes", "no", "no"],
    ["waits until the nodes serve, and not only run", "yes", "the first one only", "the first one only"],
    ["puts everything back where something fails before the migration", "yes", "no", "no"],
    ["restores database and image where the migration fails", "yes", "no", "no"],
    ["goes on where the machine under it dies", "yes", "no", "no"],
    ["waits as long as it takes", "yes", "no: gives up after 10 to 30 minutes", "yes"],
  ],
};
