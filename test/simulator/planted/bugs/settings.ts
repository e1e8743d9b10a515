import type { PlantedBug } from "../planted-bug.ts";

/** What would start or stop nodes by itself. */
export const settings: PlantedBug[] = [
  {
    name: "settings-not-journalled",
    what: "The window's settings are changed without an entry in the journal.",
    edits: [
      {
        file: "procedures/hold-still.ts",
        find: `  await op.mutateTogether(quieten, async (settings) => void (await op.aws.ecs.updateService(settings)));
`,
        put: `  for (const each of quieten)
    await op.step(each.name, async () => void (await op.aws.ecs.updateService(each.parameters)));
`,
      },
    ],
    foundBy: [7],
  },
  {
    name: "journalled-after-the-mutation",
    what: "A mutation is written into the journal once it has been made.",
    edits: [
      {
        file: "procedures/phase-run.ts",
        find: "          const attempts = await announce(all);\n",
        put: "          const attempts = all.map(() => ({ firstAt: timestamp(clock), again: false }));\n",
      },
      {
        file: "procedures/phase-run.ts",
        find: "          return valuesOf(outcomes);\n",
        put: `          const made = valuesOf(outcomes);
          await announce(all);
          return made;
`,
      },
    ],
    foundBy: [7, 6],
  },
  {
    name: "scaling-not-suspended",
    what: "Auto Scaling goes on inside the window.",
    edits: [
      {
        file: "procedures/scaling.ts",
        find: ".filter(({ suspended }) => !(suspended.in && suspended.out && suspended.scheduled))",
        put: ".filter(({ suspended }) => suspended.in && suspended.out && suspended.scheduled)",
      },
    ],
    foundBy: [1, 2, 4, 5, 6, 7, "hang"],
    restriction: { shape: "scheduled-scaling" },
  },
  {
    name: "scaling-suspended-at-zero",
    what: "Auto Scaling is suspended once the services are at 0, which lifts them to their least.",
    edits: [
      {
        file: "procedures/hold-still.ts",
        find: "  await op.mutateTogether(suspend, (suspension) => suspendScaling(op, suspension));\n",
        put: '  if (op.name !== "close") await op.mutateTogether(suspend, (suspension) => suspendScaling(op, suspension));\n',
      },
      {
        file: "procedures/stop-nodes.ts",
        find: 'import { quietLook, tasksOf } from "./quiet-look.ts";\n',
        put: `import { quietLook, tasksOf } from "./quiet-look.ts";
import { suspensions } from "./scaling.ts";
`,
      },
      {
        file: "procedures/stop-nodes.ts",
        find: `    await op.record("quiet", [{ type: "quiet", stoppedAt }]);
`,
        put: `    for (const each of suspensions(before))
      await op.mutate(each, ({ resourceId, bounds }) =>
        op.aws.autoScaling.suspend(resourceId, { in: true, out: true, scheduled: true }, bounds),
      );
    await op.record("quiet", [{ type: "quiet", stoppedAt }]);
`,
      },
    ],
    foundBy: [1, 4, 5, 6, "hang"],
  },
  {
    name: "scaling-resumed-whatever-it-was",
    what: "Auto Scaling is resumed although its owner had suspended it.",
    edits: [
      {
        file: "procedures/scaling.ts",
        find: "await aws.autoScaling.suspend(resourceId, suspended, same(kept, found.bounds) ? undefined : kept);",
        put: "await aws.autoScaling.suspend(resourceId, { in: false, out: false, scheduled: false }, same(kept, found.bounds) ? undefined : kept);",
      },
    ],
    foundBy: [7],
    restriction: { shape: "scheduled-scaling" },
  },
  {
    name: "breaker-never-restored",
    what: "The circuit breaker stays without its rollback when everything is over.",
    edits: [
      {
        file: "procedures/window-settings.ts",
        find: "    ...(changed?.deploymentConfiguration && { deploymentConfiguration: configurationOf(settings) }),\n",
        put: "",
      },
    ],
    foundBy: [7],
  },
  {
    name: "rebalancing-never-restored",
    what: "Availability Zone rebalancing stays off when everything is over.",
    edits: [
      {
        file: "procedures/window-settings.ts",
        find: '    ...(changed?.availabilityZoneRebalancing && { availabilityZoneRebalancing: "ENABLED" as const }),\n',
        put: "",
      },
    ],
    foundBy: [7],
  },
  {
    name: "health-checks-never-restored",
    what: "The load balancer goes on asking as often as inside the window when everything is over.",
    edits: [
      {
        file: "procedures/finish.ts",
        find: 'await undo("restore-deregistration-delay", "restore-health-check");',
        put: 'await undo("restore-deregistration-delay");',
      },
    ],
    foundBy: [7],
    restriction: { shape: "slow-health-checks" },
  },
];
