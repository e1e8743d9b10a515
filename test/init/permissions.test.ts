import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PolicyDocument } from "../../src/sandbox/cloud/iam/policy-document.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { runInit } from "./run-init.ts";

const ROLE = "intermission-runbook";
const [, json = ""] = /```json\n(\{\n {2}"Version"[^`]*)```/.exec(readFileSync("docs/init.md", "utf8")) ?? [];
const policy = JSON.parse(json) as { Statement: { Action: string[] }[] };

const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/reports:3";
const SEED = `
databases:
  noticeboard-proxy: { kind: proxy, of: noticeboard-db }
images:
  ${IMAGE}: { command: [report], digest: "sha256:${"3".repeat(64)}" }
taskDefinitions:
  noticeboard:
    containers:
      - { name: app, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2", port: 3000, environment: { DATABASE_URL: "{database.noticeboard-proxy.url}" } }
  report:
    containers: [{ name: report, image: "${IMAGE}", environment: { DATABASE_URL: "{database.noticeboard-db.url}" } }]
scheduledTasks:
  by-rule: { cluster: noticeboard, taskDefinition: report, schedule: "cron(1 3 * * ? *)" }
  by-schedule: { cluster: noticeboard, taskDefinition: report, schedule: "cron(1 3 * * ? *)", by: scheduler, timezone: Europe/Berlin }
`;

const calledBy = (cloud: SimulatedCloud): string[] =>
  cloud.world.log
    .after()
    .flatMap((event) => (event.kind === "call" && event.caller.includes(`/${ROLE}/`) ? [event.operation] : []));

test("may do with the documented policy all that it does, and does all that the policy allows", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ seed: SEED });
    const before = calledBy(cloud).length;
    cloud.iam.setPolicies(ROLE, [policy as PolicyDocument]);
    const written = await runInit(cloud, ["--cluster", "noticeboard", "--service", "noticeboard"]);
    expect(written.printed).not.toContain("not read");
    // Known though the nodes are told of a proxy alone.
    expect(written.text).toContain("    database:\n      instance: noticeboard-db\n");
    expect(written.text.replaceAll(/\n *# /g, " ")).toMatch(
      /the rule by-rule, which runs report.*the schedule by-schedule, which runs report/,
    );
    written.files.set("intermission.yml", written.text.replace("otherWriters: refuse", "otherWriters: pause"));
    const refreshed = await runInit(cloud, ["--refresh"], written.files);
    expect(refreshed).toMatchObject({
      code: 1,
      text: expect.stringMatching(/eventRules:\n.*schedules:\n.*scheduleRoles:\n/s),
    });
    expect((await runInit(cloud, ["--cluster", "none", "--service", "none"])).printed).toContain(
      "the clusters noticeboard",
    );

    const allowed = policy.Statement.flatMap(({ Action }) => Action).map((action) => action.split(":")[1]);
    expect(new Set(calledBy(cloud).slice(before))).toEqual(new Set(allowed));
  }));
