import type { PlantedBug } from "../planted-bug.ts";

/** Which version runs on which data. */
export const goingBack: PlantedBug[] = [
  {
    name: "failure-past-no-return-puts-back",
    what: "A failure past the point of no return is treated like one before it: the old nodes start on migrated data.",
    edits: [
      {
        file: "procedures/after-failure.ts",
        find: '  if (op.point === "undoable") return true;\n',
        put: '  if (op.point === "undoable" || op.point === "no-return") return true;\n',
      },
      {
        file: "procedures/put-back.ts",
        find: "  if (!suspect) return { done: true as const, result: null };",
        put: "  if (!suspect || first) return { done: true as const, result: null };",
      },
    ],
    foundBy: [4, 5, 6],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "failure-past-no-return-is-stuck",
    what: "A failure past the point of no return can only be put back, which is refused for as long as anybody asks.",
    edits: [
      {
        file: "procedures/after-failure.ts",
        find: '  if (op.point === "undoable") return true;\n',
        put: '  if (op.point === "undoable" || op.point === "no-return") return true;\n',
      },
    ],
    foundBy: [5, 6, "hang"],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "work-taken-for-nothing",
    what: "A maintenance that people worked in counts as one that touched no data.",
    edits: [
      {
        file: "procedures/after-failure.ts",
        find: 'if (op.point !== "no-return" || op.request.procedure === "maintenance") return false;',
        put: 'if (op.point !== "no-return") return false;',
      },
    ],
    foundBy: [6],
    restriction: { procedure: "maintenance" },
  },
  {
    name: "image-goes-back-without-the-data",
    what: "Going back starts the old version on the present data.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: "    return restoreDatabase(way.before, { snapshot, mode, generation })(phase);",
        put: `    const data = { database: way.before.database!, revisions: undefined };
    return restoreDatabase && mode && snapshot ? data : data;`,
      },
    ],
    foundBy: [1, 2, 5, 6],
  },
  {
    name: "data-goes-back-without-the-image",
    what: "A rollback restores the data and starts the new version on it.",
    edits: [
      {
        file: "procedures/way-back.ts",
        find: "    taskDefinitionArn: revisions[service.name] ?? service.taskDefinitionArn,",
        put: '    taskDefinitionArn: (revisions[service.name] && service.taskDefinitionArn) ?? "",',
      },
    ],
    foundBy: [6, "hang"],
    restriction: { procedure: "rollback" },
  },
  {
    name: "nodes-run-while-the-data-is-restored",
    what: "Going back from a failure does not stop what runs first.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: '  await op.phase("stop", stopWhatRuns(way));\n',
        put: "  void stopWhatRuns;\n",
      },
    ],
    foundBy: [1, 4, 5, 6],
  },
  {
    name: "restored-data-not-verified",
    what: "The old version is not verified on the restored data.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: '  await op.phase("verify", verifyThroughBypass(before, old, leader));\n',
        put: "  void verifyThroughBypass;\n",
      },
    ],
    foundBy: [2],
  },
  {
    name: "restores-the-oldest-snapshot",
    what: "The data goes back to the first snapshot there is, whichever operation took it.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: "    return restoreDatabase(way.before, { snapshot, mode, generation })(phase);",
        put: `    const all = await phase.step("snapshots", () => phase.aws.rds.snapshotsOf(way.before.database!));
    const [oldest] = all.toSorted((a, b) => (a.requestedAt ?? "").localeCompare(b.requestedAt ?? ""));
    return restoreDatabase(way.before, { snapshot: oldest?.identifier ?? snapshot, mode, generation })(phase);`,
      },
    ],
    foundBy: [5, 6, 8],
    restriction: { procedure: "upgrade", shape: "warm-up" },
  },
  {
    name: "restores-the-newest-snapshot",
    what: "The data goes back to the newest snapshot there is, whoever took it.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: "    return restoreDatabase(way.before, { snapshot, mode, generation })(phase);",
        put: `    const all = await phase.step("snapshots", () => phase.aws.rds.snapshotsOf(way.before.database!));
    const newest = all.toSorted((a, b) => (a.requestedAt ?? "").localeCompare(b.requestedAt ?? "")).at(-1);
    return restoreDatabase(way.before, { snapshot: newest?.identifier ?? snapshot, mode, generation })(phase);`,
      },
    ],
    foundBy: [5, 6, 8],
    restriction: { procedure: "rollback" },
  },
  {
    name: "writes-thrown-away-unasked",
    what: "Going back throws away what visitors wrote although nobody named that interval.",
    edits: [
      {
        file: "procedures/way-back.ts",
        find: "  if (loses !== undefined && confirmed !== loses) return undefined;\n",
        put: "  void confirmed;\n",
      },
    ],
    foundBy: [8],
    restriction: { procedure: "maintenance", shape: "goes-back" },
  },
  {
    name: "discarded-writes-not-told",
    what: "A rollback does not say which writes it throws away.",
    edits: [
      {
        file: "procedures/go-back.ts",
        find: "    if (stopped) await tellWhatIsDiscarded(phase, way);\n",
        put: "    void tellWhatIsDiscarded;\n",
      },
    ],
    foundBy: [8],
    restriction: { procedure: "rollback" },
  },
];
