import type { PlantedBug } from "../planted-bug.ts";

/** The one node that migrates, and who verifies it. */
export const leader: PlantedBug[] = [
  {
    name: "counts-instead-of-stopped",
    what: "The nodes are taken for ended once the services count none that runs.",
    edits: [
      {
        file: "procedures/quiet-look.ts",
        find: "const running = nodes.filter((task) => !isQuiet(task));",
        put: `const running = (await op.aws.ecs.services(before.cluster, before.services.map(({ name }) => name))).some(({ runningCount }) => runningCount > 0)
    ? nodes.filter((task) => !isQuiet(task))
    : [];`,
      },
    ],
    foundBy: [1],
  },
  {
    name: "told-to-stop-is-stopped",
    what: "A task that was told to stop is taken for one that has.",
    edits: [
      {
        file: "aws/ecs-shapes.ts",
        find: `  task.lastStatus === "STOPPED" ||
`,
        put: `  task.desiredStatus === "STOPPED" ||
`,
      },
    ],
    foundBy: [1],
  },
  {
    name: "leader-in-its-service",
    what: "The leader is one node of its service, which starts another where it ends.",
    edits: [
      {
        file: "procedures/migrate.ts",
        find: `  const taskArn = await runLeader(op, before, next);
  await op.record("leader-started", [{ type: "leader-started", taskArn }]);
  const targets = `,
        put: `  const { cluster, services: [{ name: service }] } = before as { cluster: string; services: [{ name: string }] };
  await op.mutate(leaderInService(op.target, before, next.leaderRevision), async () =>
    void (await op.aws.ecs.updateService({ cluster, service, taskDefinition: next.leaderRevision, desiredCount: 1 })),
  );
  const taskArn = await op.poll("the leader is listed", async () => {
    const tasks = await op.aws.ecs.tasks(cluster, await op.aws.ecs.tasksOfService(cluster, service));
    const found = tasks.find((task) => task.taskDefinitionArn === next.leaderRevision);
    return found ? { done: true, result: found.arn } : { done: false, seen: "not listed yet" };
  }, { timeoutMs: op.target.timeouts.migrate });
  await op.record("leader-started", [{ type: "leader-started", taskArn }]);
  const targets = `,
      },
    ],
    foundBy: [2],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "leader-run-again",
    what: "Whoever asks for the leader again gets another: it is not looked for, and the client token is new.",
    edits: [
      {
        file: "procedures/leader-start.ts",
        find: "  if (existing) return existing.arn;\n",
        put: "  if (existing && !attempt.again) return existing.arn;\n",
      },
      {
        file: "procedures/leader-start.ts",
        find: "await op.aws.ecs.runTask(input).catch(",
        put: "await op.aws.ecs.runTask({ ...input, clientToken: undefined }).catch(",
      },
    ],
    foundBy: [2],
  },
  {
    name: "leader-replaced-where-it-ends",
    what: "A leader that ends while it migrates is started once more on the same data.",
    edits: [
      {
        file: "procedures/migrate.ts",
        find: `    return afterTheCommand(op, async () => {
      const leader = await`,
        put: `    const attempted = async (again: boolean): Promise<Leader> => {
      const at = again ? { ...before, generation: 9 } : before;
      const leader = await runStandalone(op, at, next);
      try {
        await untilReady(op, at, { leader, bypassSecret: next.bypassSecret });
      } catch (error) {
        if (again || (error as { code?: string }).code !== "leader-stopped") throw error;
        return attempted(true);
      }
      return leader;
    };
    if (op.target.leader !== "service") return attempted(false);
    return afterTheCommand(op, async () => {
      const leader = await`,
      },
    ],
    foundBy: [2],
    restriction: { procedure: "upgrade" },
  },
  {
    name: "verified-once-it-listens",
    what: "A leader is taken for ready, and verified, by whatever it answers.",
    edits: [
      {
        file: "procedures/front-door.ts",
        find: "guarded && ASKS_FOR_LOGIN.includes(answer.status) ? undefined : wrongWith(from.target, answer);",
        put: "guarded || answer.status > 0 ? undefined : wrongWith(from.target, answer);",
      },
      {
        file: "procedures/migrate.ts",
        find: 'if (verdict.kind === "ready") return { done: true as const',
        put: 'if (verdict.kind !== "fatal") return { done: true as const',
      },
      {
        file: "procedures/verify.ts",
        find: "    throwIfOtherVersion(op, before, versions);\n",
        put: "",
      },
    ],
    foundBy: [2, 6],
  },
  {
    name: "leader-not-deregistered",
    what: "The leader's address stays in the target group when the leader retires.",
    edits: [
      {
        file: "procedures/scale-out.ts",
        find: "  await forgetAddress(op, targets);\n",
        put: "",
      },
    ],
    foundBy: [7],
  },
  {
    name: "leader-left-running",
    what: "The leader is not stopped when every node serves.",
    edits: [
      {
        file: "procedures/scale-out.ts",
        find: `        if (!early && !leader.inService) await retire(op, before, leader, { because: "every node serves" });
`,
        put: "        if (!early && !leader.inService) await forgetAddress(op, leader.targets);\n",
      },
    ],
    foundBy: [7],
  },
  {
    name: "counts-of-now-instead-of-pinned",
    what: "The services get the counts that they have now, which is none, instead of those from before.",
    edits: [
      {
        file: "procedures/scale-out.ts",
        find: "const before = withCounts(found, quiet.counts);",
        put: `const counts = await op.step("counts", async () =>
      Object.fromEntries((await op.aws.ecs.services(found.cluster, found.services.map(({ name }) => name))).map(({ name, desiredCount }) => [name, desiredCount])),
    );
    const before = withCounts(found, { ...quiet.counts, ...counts });`,
      },
    ],
    foundBy: [6, 7, "hang"],
  },
];
