import type { PlantedBug } from "../planted-bug.ts";

/** What is written down, and who may. */
export const store: PlantedBug[] = [
  {
    name: "lock-stolen",
    what: "Whoever comes second takes the target's lock.",
    edits: [
      {
        file: "operations/dynamo-lock.ts",
        find: "attribute_not_exists(holder) AND attribute_not_exists(requested) AND attribute_not_exists(requestedPacked) AND (",
        put: "(",
      },
    ],
    foundBy: [9, "hang"],
  },
  {
    name: "lock-released-while-held",
    what: "A held operation gives the target's lock back.",
    edits: [
      {
        file: "procedures/endings.ts",
        find: '        op.alarm({ event: "operation-held"',
        put: '        await op.store.unlock(op.target.name, op.id);\n        op.alarm({ event: "operation-held"',
      },
    ],
    foundBy: [9, "hang"],
  },
  {
    name: "lock-released-where-the-run-died",
    what: "The lock of an operation whose execution ended without a word is taken from it.",
    edits: [
      {
        file: "engine/execution-ended.ts",
        find: "  const { epoch, isNext } = await takeOver(world, { id, from, why });\n",
        put: "  await world.store.unlock(state.target, id);\n  const { epoch, isNext } = await takeOver(world, { id, from, why });\n",
      },
    ],
    foundBy: [9, "hang"],
  },
  {
    name: "lock-never-released",
    what: "An operation that has ended keeps the target's lock.",
    edits: [
      {
        file: "procedures/endings.ts",
        find: "        await op.store.unlock(op.target.name, op.id);\n",
        put: "",
      },
    ],
    foundBy: [9, "hang"],
  },
  {
    name: "idempotency-key-ignored",
    what: "A request that comes again under its key is taken for a new one.",
    edits: [
      {
        file: "operations/dynamo-requests.ts",
        find: "    if (isNew) return { id: operation.id, same: true };\n",
        put: "    if (isNew || before === undefined) return { id: operation.id, same: true };\n",
      },
      {
        file: "operations/dynamo-requests.ts",
        find: "  const now = Math.floor(clock.now() / 1_000);\n",
        put: "  const now = Math.floor(clock.now() / 1_000);\n  const before = undefined as { id?: unknown; request?: unknown } | undefined;\n",
      },
      {
        file: "operations/dynamo-requests.ts",
        find: "    const before = await read(table, key);\n",
        put: "    void [read, key];\n",
      },
    ],
    foundBy: [9, "hang"],
  },
];
