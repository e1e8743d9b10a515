import { expect, test } from "vitest";
import { discoverResources } from "../../src/init/discover-resources.ts";
import { InitError } from "../../src/init/init-problem.ts";
import { resourcesSchema } from "../../src/targets/resources-schema.ts";
import { scheduled, withReports } from "../scenarios/shapes/reports.ts";
import { onAurora } from "../simulation/database-seeds.ts";
import { type NoticeboardCloudOptions, noticeboardCloud, TARGET } from "../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const discovered = (options: NoticeboardCloudOptions = {}, change: object = {}) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ cannotStart: true, installMs: 1, ...options });
    const target = { ...cloud.configuration.targets.get(TARGET)!, ...change };
    return discoverResources({ aws: cloud.runbook.aws, target });
  });

const failed = async (...given: Parameters<typeof discovered>): Promise<InitError> => {
  const error = await discovered(...given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InitError);
  return error as InitError;
};

test("finds what a target with two services behind a shared listener is made of, and nothing of its neighbour", async () => {
  const resources = await discovered({
    worker: true,
    neighbour: true,
    seed: `
taskDefinitions:
  noticeboard:
    taskRoleArn: arn:aws:iam::111122223333:role/noticeboard
    executionRoleArn: arn:aws:iam::111122223333:role/pulls
  wiki: { taskRoleArn: "arn:aws:iam::111122223333:role/wiki" }
`,
  });
  expect(resources).toEqual({
    ...resourcesSchema.parse({}),
    listeners: [expect.stringMatching(/:listener\/app\/noticeboard\//)],
    targetGroups: [expect.stringMatching(/:targetgroup\/noticeboard\//)],
    families: ["noticeboard", "noticeboard-worker"],
    taskRoles: ["arn:aws:iam::111122223333:role/noticeboard", "arn:aws:iam::111122223333:role/pulls"],
    repositories: ["arn:aws:ecr:us-east-1:111122223333:repository/noticeboard"],
  });
});

test("names a cluster's members", async () => {
  expect(await discovered({ seed: onAurora() })).toMatchObject({ databaseMembers: ["noticeboard-1", "noticeboard-2"] });
});

test("names the rules of other writers where the target pauses them, and no others", async () => {
  const reports = withReports({ scheduled: scheduled("cron(1 3 * * ? *)"), target: ["otherWriters: pause"] }).cloud!;
  const paused = await discovered(reports);
  expect(paused.eventRules).toEqual([expect.stringMatching(/^arn:aws:events:us-east-1:111122223333:rule\//)]);
  expect(await discovered(reports, { otherWriters: "refuse" })).toMatchObject({ eventRules: [], scheduleRoles: [] });
});

test("names a schedule with the role that whoever changes it passes on", async () => {
  const found = await discovered(
    withReports({
      scheduled: scheduled("cron(1 3 * * ? *)", { by: "scheduler", timezone: "Europe/Berlin" }),
      target: ["otherWriters: pause"],
    }).cloud!,
  );
  expect(found).toMatchObject({
    schedules: [expect.stringMatching(/:schedule\/default\//)],
    scheduleRoles: [expect.stringMatching(/^arn:aws:iam::111122223333:role\//)],
  });
});

test("says everything at once that is not there, and what was meant", async () => {
  const { problems } = await failed({}, { services: [{ name: "noticebord", container: "app" }] });
  expect(problems).toEqual([
    {
      about: "--service noticebord",
      expected: "a service of the cluster noticeboard",
      found: "the services noticeboard",
      next: "Did you mean --service noticeboard?",
    },
  ]);
  const missingDatabase = await failed({}, { database: { instance: "noticeboard-bd" } });
  expect(missingDatabase.problems).toMatchObject([{ expected: expect.stringContaining("noticeboard-bd") }]);
});

test("lists the clusters where there is none of that name", async () => {
  const { problems } = await failed({}, { cluster: "notice" });
  expect(problems).toMatchObject([{ about: "--cluster", found: expect.stringContaining("the clusters noticeboard") }]);
});
