import type { PlantedBug } from "../planted-bug.ts";

/** Calls that fail, and answers that are not what they seem. */
export const calls: PlantedBug[] = [
  {
    name: "error-taken-for-done",
    what: "A look that fails ends the wait as if what was waited for had come.",
    edits: [
      {
        file: "engine/dwell.ts",
        find: "      lastSeen = String(thrown);\n",
        put: "      if (lastSeen) return { ...state, since, outcome: success(null) };\n",
      },
    ],
    foundBy: [1, 2, 3, 4, 5, 6, 7, "hang"],
    unseen: "The checker judges the last ending alone: a hold that somebody's decision led out of is not looked at.",
  },
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
