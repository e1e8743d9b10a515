import type { PlantedBug } from "../planted-bug.ts";

/** What comes before what. */
export const phases: PlantedBug[] = [
  {
    name: "backed-up-while-nodes-run",
    what: "The upgrade takes its snapshot while the nodes still write.",
    edits: [
      {
        file: "procedures/upgrade.ts",
        find: `  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });
  op.watch(nobodyElseStarts(before, next));
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));
`,
        put: `  const backup = await op.phase("back-up", backUpDatabase(before));
  const quiet = await op.phase("stop", stopEveryNode(before), { keep: "quiet" });
  op.watch(nobodyElseStarts(before, next));
`,
      },
    ],
    foundBy: [1],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "migrate-before-back-up",
    what: "The upgrade starts its leader before it takes the snapshot.",
    edits: [
      {
        file: "procedures/upgrade.ts",
        find: `  const backup = await op.phase("back-up", backUpDatabase(before, quiet));

  await op.passPointOfNoReturn(backup); // from here on the old version may not run on this data: a failure restores or holds
  const leader = await op.phase("migrate", startLeader(before, next), { keep: "leader" });
`,
        put: `  const leader = await op.phase("migrate", startLeader(before, next), { keep: "leader" });
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));
  await op.passPointOfNoReturn(backup);
`,
      },
    ],
    foundBy: [1],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "scale-out-before-verify",
    what: "The upgrade starts every node before the leader is verified.",
    edits: [
      {
        file: "procedures/upgrade.ts",
        find: `  await op.phase("verify", verifyThroughBypass(before, next, leader));
  if (asksAt("before-open", op)) await op.phase("work", askBeforeOpen);
  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet }));
`,
        put: `  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet }));
  await op.phase("verify", verifyThroughBypass(before, next, leader));
  if (asksAt("before-open", op)) await op.phase("work", askBeforeOpen);
`,
      },
    ],
    foundBy: [2],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "first-start-does-not-verify",
    what: "A first start takes the leader for verified once it is ready, and starts the others.",
    edits: [
      {
        file: "procedures/first-start.ts",
        find: `  await op.phase("verify", verifyThroughBypass(before, first, leader));
`,
        put: "",
      },
    ],
    foundBy: [2],
    restriction: { procedure: "first-start" },
  },
  {
    name: "open-before-scale-out",
    what: "The upgrade opens the site while only its leader serves.",
    edits: [
      {
        file: "procedures/upgrade.ts",
        find: `  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet }));

  op.startOpening(); // from here on visitors write to the new version
  await op.phase("open", openTraffic(before));
  op.isOpen();
`,
        put: `  op.startOpening();
  await op.phase("open", openTraffic(before));
  const nodes = await op.phase("scale-out", startFollowers(before, next, { leader, quiet }));
  op.isOpen();
`,
      },
    ],
    foundBy: [6],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "maintenance-node-before-back-up",
    what: "A maintenance starts its one node before it takes the snapshot.",
    edits: [
      {
        file: "procedures/maintenance.ts",
        find: `  const backup = await op.phase("back-up", backUpDatabase(before, quiet));
  const leader = await op.phase("start", startLeader(before, same), { keep: "leader" });
`,
        put: `  const leader = await op.phase("start", startLeader(before, same), { keep: "leader" });
  const backup = await op.phase("back-up", backUpDatabase(before, quiet));
`,
      },
    ],
    foundBy: [1],
    restriction: { procedure: "maintenance" },
  },
  {
    name: "maintenance-opens-with-the-worked-on-node",
    what: "A maintenance opens the site on the node that was worked on, and starts no other anew.",
    edits: [
      {
        file: "procedures/maintenance.ts",
        find: `  const nodes = await op.phase("scale-out", startFollowers(before, same, { leader: node, quiet }));
`,
        put: "  const nodes = before.nodes.slice(0, quiet ? 1 : 0);\n",
      },
    ],
    foundBy: [6],
    restriction: { procedure: "maintenance" },
  },
];
