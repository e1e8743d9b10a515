import type { PlantedBug } from "../planted-bug.ts";

/** Whether there is something to go back to. */
export const snapshots: PlantedBug[] = [
  {
    name: "snapshot-not-awaited",
    what: "A snapshot that is still being created is taken for available.",
    edits: [
      {
        file: "procedures/take-snapshot.ts",
        find: 'if (found.status === "available" && found.requestedAt !== undefined)',
        put: `if (found.status === "creating")
    return { done: true, result: { identifier, requestedAt: found.requestedAt ?? new Date(op.clock.now()).toISOString() } };
  if (found.status === "available" && found.requestedAt !== undefined)`,
      },
    ],
    foundBy: [1],
  },
  {
    name: "snapshots-failure-ignored",
    what: "A snapshot that failed is taken for one that is there.",
    edits: [
      {
        file: "procedures/take-snapshot.ts",
        find: 'if (found.status === "available" && found.requestedAt !== undefined)',
        put: `if (found.status === "failed")
    return { done: true, result: { identifier, requestedAt: found.requestedAt ?? new Date(op.clock.now()).toISOString() } };
  if (found.status === "available" && found.requestedAt !== undefined)`,
      },
    ],
    foundBy: [1],
  },
  {
    name: "refused-snapshot-goes-unnoticed",
    what: "Where the snapshot cannot be taken the operation goes on without one.",
    edits: [
      {
        file: "procedures/back-up.ts",
        find: "const { identifier, requestedAt } = await takeSnapshot(op, planned);",
        put: "const { identifier, requestedAt } = await takeSnapshot(op, planned).catch(() => ({ identifier: planned.parameters.identifier, requestedAt: new Date(op.clock.now()).toISOString() }));",
      },
    ],
    foundBy: [1],
  },
  {
    name: "own-snapshot-pruned",
    what: "Pruning keeps the oldest snapshots and deletes the newest, the operation's own.",
    edits: [
      {
        file: "procedures/finish.ts",
        find: "for (const snapshot of newestFirst.slice(op.target.snapshot.keep))",
        put: "for (const snapshot of newestFirst.slice(0, 1))",
      },
    ],
    foundBy: [7],
  },
];
