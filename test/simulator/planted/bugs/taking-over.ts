import type { PlantedBug } from "../planted-bug.ts";

/** Runs that end without a word, and those that do not know that they are over. */
export const takingOver: PlantedBug[] = [
  {
    name: "epoch-not-raised",
    what: "A take-over does not raise the epoch.",
    edits: [
      {
        file: "operations/take-over.ts",
        find: "  const epoch = await store.raiseEpoch(id, from);\n",
        put: "  const epoch = store ? from + 1 : from;\n",
      },
    ],
    foundBy: [6, "hang"],
  },
  {
    name: "taken-over-work-taken-for-nothing",
    what: "Whoever takes a maintenance over thinks that nobody has worked in it.",
    edits: [
      {
        file: "procedures/what-is-left.ts",
        find: "(!isMaintenance && !leaderAsked))),",
        put: "(!leaderAsked && isMaintenance !== undefined))),",
      },
    ],
    foundBy: [6],
    restriction: { procedure: "maintenance" },
  },
  {
    name: "taken-over-leader-not-verified",
    what: "Whoever is told to proceed opens the site with a leader that nobody verified.",
    edits: [
      {
        file: "procedures/take-over.ts",
        find: `    op.watch(leaderStands(before, leader));
    await op.phase("verify", verifyThroughBypass(before, next, leader));
  }
  const nodes`,
        put: `    op.watch(leaderStands(before, leader));
    void verifyThroughBypass;
  }
  const nodes`,
      },
    ],
    foundBy: [2],
  },
  {
    name: "going-back-forgotten",
    what: "Whoever takes an operation over that goes back does not know that it does.",
    edits: [
      {
        file: "procedures/what-is-left.ts",
        find: "    goingBack: restores,\n",
        put: "    goingBack: false,\n",
      },
    ],
    foundBy: [1, 2, 4, 5, 6, 7, 8, "hang"],
    restriction: { procedure: "rollback" },
  },
  {
    name: "held-decision-starts-nothing",
    what: "A decision on a held operation is recorded, and nobody acts on it.",
    edits: [
      {
        file: "api/routes/decide.ts",
        find: "    if (heldBy !== undefined)\n",
        put: "    if (heldBy === -1)\n",
      },
    ],
    foundBy: ["hang"],
  },
  {
    name: "end-without-a-word-unheard",
    what: "Nobody goes on with an operation whose execution ended without a word.",
    edits: [
      {
        file: "engine/execution-ended.ts",
        find: '  if (!isActive(state.status) || state.status === "held")\n',
        put: '  if (state.status === "running") return;\n  if (!isActive(state.status) || state.status === "held")\n',
      },
    ],
    foundBy: [6, "hang"],
  },
];
