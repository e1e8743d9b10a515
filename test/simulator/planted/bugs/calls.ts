import type { PlantedBug } from "../planted-bug.ts";

/** How long is waited. */
export const calls: PlantedBug[] = [
  {
    name: "deadlines-ignored",
    what: "A wait goes on for fifteen times its time-out.",
    edits: [
      {
        file: "engine/dwell.ts",
        find: "const leftMs = since + timeoutMs - clock.now();",
        put: "const leftMs = since + 15 * timeoutMs - clock.now();",
      },
    ],
    foundBy: [6, "hang"],
  },
];
