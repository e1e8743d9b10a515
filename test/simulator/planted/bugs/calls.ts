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
  {
    name: "undescribed-taken-for-ended",
    what: "A task that ECS does not describe at this moment is taken for one that has ended.",
    edits: [
      {
        file: "procedures/stop-nodes.ts",
        find: "!mayBeForgotten && !tasks.some(({ arn }) => arn === pin));",
        put: "mayBeForgotten && !tasks.some(({ arn }) => arn === pin));",
      },
    ],
    foundBy: [1],
  },
  {
    name: "one-attempt-a-step",
    what: "A step that fails once is not tried again.",
    edits: [
      {
        file: "engine/retry-policy.ts",
        find: "const stepAttempts = 8;",
        put: "const stepAttempts = 1;",
      },
    ],
    foundBy: [6, 7, "hang"],
  },
];
