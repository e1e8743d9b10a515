import type { PlantedBug } from "../planted-bug.ts";

/** Who gets through, and when. */
export const page: PlantedBug[] = [
  {
    name: "page-not-proven",
    what: "The site is called closed once the rules are accepted.",
    edits: [
      {
        file: "procedures/close-traffic.ts",
        find: `    await pageShows(op, before, shown);
`,
        put: `    void shown;
`,
      },
    ],
    foundBy: [3],
  },
  {
    name: "page-proven-at-one-address",
    what: "The page is believed once one address of each load balancer shows it.",
    edits: [
      {
        file: "procedures/page-proof.ts",
        find: ".flatMap((closure) => addresses.map((address) => ({ closure, address }))),",
        put: ".flatMap((closure) => addresses.toSorted().slice(0, 1).map((address) => ({ closure, address }))),",
      },
    ],
    foundBy: [3],
  },
  {
    name: "page-proven-by-any-address",
    what: "The page is believed once any of the addresses has shown it several times, whatever the others answer.",
    edits: [
      {
        file: "procedures/in-a-row.ts",
        find: `    if (bad) return \`\${bad.of}: \${bad.wrong}\`;
    const fewest = Math.min(`,
        put: `    if (bad && answers.every(({ wrong }) => wrong !== undefined)) return \`\${bad.of}: \${bad.wrong}\`;
    const fewest = Math.max(`,
      },
    ],
    foundBy: [3, 6],
  },
  {
    name: "page-taken-down-before-verified",
    what: "The closing rules are deleted as soon as the leader is ready, before it is verified.",
    edits: [
      {
        file: "procedures/verify.ts",
        find: "    const unfinished = installing(op);\n",
        put: `    const unfinished = installing(op);
    await op.undo("delete-closing-rules", async () => {
      for (const { arn } of before.listeners)
        for (const rule of await op.aws.loadBalancers.rulesOfOperation(arn, op.id))
          if (rule.tags["intermission:role"] === "closing") await op.aws.loadBalancers.deleteRule(rule.arn);
    });
`,
      },
    ],
    foundBy: [3],
  },
  {
    name: "opening-not-probed",
    what: "The site is called open once the closing rules are deleted.",
    edits: [
      {
        file: "procedures/open-traffic.ts",
        find: `  await lookThroughTheFront(op, before, forMs);
  await op.record("opened"`,
        put: `  await op.record("opened"`,
      },
    ],
    foundBy: [6],
  },
  {
    name: "not-closed-again",
    what: "Where the opening fails, the operation is held and the page does not go up again.",
    edits: [
      {
        file: "procedures/open-traffic.ts",
        find: "await closeAgain(op, before).catch(",
        put: "await Promise.resolve(closeAgain).then(() => {}).catch(",
      },
    ],
    foundBy: [6],
  },
  {
    name: "cancel-opens",
    what: "A cancel past the point of no return takes the page down.",
    edits: [
      {
        file: "procedures/after-failure.ts",
        find: "  return end.held(await withoutGuard(op, before, error));",
        put: `  if (error.code === "cancelled" || error.code === "not-decided") {
    op.startOpening();
    await op.phase("open", async (phase) => {
      for (const { arn } of before.listeners)
        for (const rule of await phase.aws.loadBalancers.rulesOfOperation(arn, op.id))
          await phase.undo(\`delete/\${rule.arn}\`, () => phase.aws.loadBalancers.deleteRule(rule.arn));
    });
  }
  return end.held(await withoutGuard(op, before, error));`,
      },
    ],
    foundBy: [3, 6],
  },
  {
    name: "rules-of-others-deleted",
    what: "Taking the page down deletes every rule of the listener.",
    edits: [
      {
        file: "procedures/open-traffic.ts",
        find: `op.aws.loadBalancers.rulesOfOperation(arn, op.id));
  const pages = found.flat().filter(({ tags }) => tags[ROLE_TAG] === "closing");`,
        put: `op.aws.loadBalancers.rules(arn));
  const pages = found.flat().filter(({ priority }) => priority !== undefined && ROLE_TAG);`,
      },
    ],
    foundBy: [7],
    restriction: { shape: "neighbour" },
  },
  {
    name: "meddling-with-the-page-unnoticed",
    what: "Nobody looks whether the page still stands while the data migrates.",
    edits: [
      {
        file: "procedures/page-watch.ts",
        find: "    if (!first) return;\n",
        put: "    if (!first || first.missing < 1_000) return;\n",
      },
    ],
    foundBy: [3, 6],
  },
  {
    name: "gap-in-the-page-not-told",
    what: "That the page was gone is not written down, so that going back names no writes.",
    edits: [
      {
        file: "procedures/page-was-gone.ts",
        find: 'op.tell("page-was-gone", [{ type: "page-was-gone" }])',
        put: "Promise.resolve()",
      },
    ],
    foundBy: [8],
  },
  {
    name: "rollback-does-not-watch-the-page",
    what: "What a rollback kept of its page is not handed to the way back, which then does not watch it.",
    edits: [
      {
        file: "procedures/way-back.ts",
        find: "    quiet,\n    closed,\n    snapshot,\n    mode,\n    discardsFrom,",
        put: "    quiet,\n    snapshot,\n    mode,\n    discardsFrom,",
      },
    ],
    foundBy: [3],
  },
  {
    name: "open-maintenance-starts-what-others-deployed",
    what: "A maintenance with the site open starts the other nodes without looking what they would run.",
    edits: [
      {
        file: "procedures/one-node.ts",
        find: '    await op.step("same-revisions", () => refuseAnotherRevision(op, before));\n',
        put: "",
      },
    ],
    foundBy: [4],
  },
];
