import { describe, expect, test } from "vitest";
import { discoverResources } from "../../../src/init/discover-resources.ts";
import { operationRequestSchema } from "../../../src/operations/operation.ts";
import type { CheckInput } from "../../../src/procedures/checks/check.ts";
import { permissionChecks } from "../../../src/procedures/checks/permissions.ts";
import { runCheck } from "../../../src/procedures/checks.ts";
import { discover } from "../../../src/procedures/discovery.ts";
import { type Resources, resourcesSchema } from "../../../src/targets/resources-schema.ts";
import type { Target } from "../../../src/targets/schema.ts";
import { scheduled, withReports } from "../../scenarios/shapes/reports.ts";
import { onAurora } from "../../simulation/database-seeds.ts";
import {
  NEW_IMAGE,
  type NoticeboardCloudOptions,
  noticeboardCloud,
  TARGET,
} from "../../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const [check] = permissionChecks;
const upgradeTo = (image: string) => operationRequestSchema.parse({ procedure: "upgrade", image });

const ROLES = `
taskDefinitions:
  noticeboard:
    taskRoleArn: arn:aws:iam::111122223333:role/noticeboard
    executionRoleArn: arn:aws:iam::111122223333:role/pulls
`;

type Asked = { change?: (resources: Resources) => Partial<Resources>; target?: Partial<Target>; image?: string };

/** Looks at a target once; then says what the check finds with its `resources` those of today, but for a change. */
const lookedAt = (options: NoticeboardCloudOptions) =>
  inVirtualTime(async () => {
    const { runbook, configuration } = await noticeboardCloud(options);
    const target = configuration.targets.get(TARGET)!;
    const resources = await discoverResources({ aws: runbook.aws, target, nowMs: runbook.clock.now() });
    const discovery = await discover({ ...runbook, target, request: upgradeTo(NEW_IMAGE) });
    return ({ change = () => ({}), target: other, image = NEW_IMAGE }: Asked = {}) => {
      const changed = { ...target, ...other, resources: { ...resources, ...change(resources) } };
      return runCheck(check!, { target: changed, request: upgradeTo(image), discovery } as CheckInput);
    };
  });

describe("what a target is made of", () => {
  test("is refused with everything that is not listed, what AWS would have said inside the window, and what to run", async () => {
    const found = await lookedAt({ worker: true, seed: ROLES });
    expect(found()).toMatchObject({ outcome: "passed" });

    const {
      outcome,
      found: seen,
      fix,
    } = found({
      change: ({ taskRoles }) => ({ listeners: [], families: ["noticeboard"], taskRoles: taskRoles.slice(1) }),
    });
    expect(outcome).toBe("failed");
    expect(seen).toMatch(/the listener arn:\S+ is not among `resources.listeners`: .*elasticloadbalancing:CreateRule/);
    expect(seen).toMatch(/the family noticeboard-worker is not among `resources.families`: .*ecs:RunTask/);
    expect(seen).toMatch(/the role arn:aws:iam::111122223333:role\/noticeboard is not among/);
    expect(seen).not.toContain("role/pulls");
    expect(fix).toContain("npm run init -- --refresh");
    expect(fix).toContain("npm run deploy");

    // The repository of the new version may not be asked for its digest.
    expect(found({ image: NEW_IMAGE.replace("noticeboard:", "preview:") })).toMatchObject({
      outcome: "failed",
      found: expect.stringContaining(":repository/preview is not among"),
    });
    expect(found({ change: ({ families }) => ({ families: [...families, "noticeboard-old"] }) })).toMatchObject({
      outcome: "warned",
      found: expect.stringContaining("the family noticeboard-old"),
      fix: expect.stringContaining("npm run init -- --refresh"),
    });
  });

  test("is refused where a member of its cluster may not be changed, unless nothing may be restored anyway", async () => {
    const found = await lookedAt({ seed: onAurora() });
    expect(found()).toMatchObject({ outcome: "passed" });
    const change = () => ({ databaseMembers: ["noticeboard-1"] });
    expect(found({ change })).toMatchObject({
      outcome: "failed",
      found: expect.stringContaining("the database instance noticeboard-2 is not among `resources.databaseMembers`"),
    });
    expect(found({ change, target: { restore: { mode: "rename" } } })).toMatchObject({ outcome: "passed" });
  });

  test.each([
    ["rule", "eventRules", {}],
    ["schedule", "schedules", { by: "scheduler", timezone: "Europe/Berlin" }],
  ] as const)("is refused where a %s may not be paused that has to be", async (what, key, how) => {
    const { cloud } = withReports({ scheduled: scheduled("cron(1 3 * * ? *)", how), target: ["otherWriters: pause"] });
    const found = await lookedAt(cloud!);
    expect(found()).toMatchObject({ outcome: "passed" });
    expect(found({ change: () => ({ [key]: [], scheduleRoles: [] }) })).toMatchObject({
      outcome: "failed",
      found: expect.stringMatching(new RegExp(`the ${what} \\S.*is not among \`resources.${key}\``)),
    });
  });
});

test("says nothing of a target without `resources`, for which nothing was deployed from them", () => {
  expect(check!.concerns!({} as never)).toBe(false);
  expect(check!.concerns!({ resources: resourcesSchema.parse({}) } as never)).toBe(true);
});
