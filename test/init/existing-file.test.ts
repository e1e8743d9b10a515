import { expect, test } from "vitest";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { runInit } from "./run-init.ts";

const ARGS = ["--cluster", "noticeboard", "--service", "noticeboard"];
const OURS = `# ours
deployment: { account: "111122223333", region: us-east-1 } # by hand
targets:
    crm: # the first
        app: nocobase
        url: https://crm.example.com
        cluster: crm
        services: [{name: crm, container: app}]
        database: none
`;

const onCloud = (body: (cloud: SimulatedCloud) => Promise<void>, seed?: string) =>
  inVirtualTime(async () => body(await noticeboardCloud({ cannotStart: true, installMs: 1, seed })));
const fileWith = (text: string) => new Map([["intermission.yml", text]]);

test("adds a target to a file that exists and leaves every byte of it; never writes one over", () =>
  onCloud(async (cloud) => {
    const files = fileWith(OURS);
    const { code, text } = await runInit(cloud, ARGS, files);
    expect(code).toBe(0);
    expect(text.startsWith(OURS)).toBe(true);
    expect([...parseConfiguration(text, "intermission.yml").targets.keys()]).toEqual(["crm", "noticeboard"]);

    const again = await runInit(cloud, ARGS, files);
    expect(again).toMatchObject({ code: 2, text, printed: expect.stringContaining("--force, which writes it anew") });
    const forced = await runInit(cloud, [...ARGS, "--app", "nocobase", "--force"], files);
    expect(forced.text.startsWith(OURS)).toBe(true);
    expect(parseConfiguration(forced.text, "intermission.yml").targets.get("noticeboard")!.app).toBe("nocobase");
  }));

test("refuses a file of another account, of another region, and what is no configuration, each with what to do", () =>
  onCloud(async (cloud) => {
    const foreign = fileWith(OURS.replace("111122223333", "444455556666").replace("us-east-1", "eu-west-1"));
    const { code, printed } = await runInit(cloud, ARGS, foreign);
    expect([code, foreign.get("intermission.yml")?.includes("noticeboard")]).toEqual([2, false]);
    expect(printed).toMatch(
      /deployment\.account\n +expected +444455556666.*deployment\.region\n +expected +eu-west-1/s,
    );
    for (const text of ["a: [", "- a list\n", "targets: nothing\n"]) {
      const other = fileWith(text);
      expect(await runInit(cloud, ARGS, other)).toMatchObject({
        code: 2,
        text,
        printed: expect.stringContaining("--out"),
      });
    }
  }));

test("prints without writing, as JSON for a program", () =>
  onCloud(async (cloud) => {
    const { code, files, printed } = await runInit(cloud, [...ARGS, "--print", "--json"]);
    expect([code, files.size]).toEqual([0, 0]);
    expect(JSON.parse(printed)).toMatchObject({
      written: false,
      target: "noticeboard",
      found: { account: "111122223333", services: [{ name: "noticeboard", container: "app" }] },
      undecided: [],
      text: expect.stringContaining("# Written by"),
    });
  }));

test("asks for the container where several could be the application's, and for whatever else is wrong at once", () => {
  const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2";
  return onCloud(
    async (cloud) => {
      const { code, printed } = await runInit(cloud, [...ARGS, "--container", "bpp"]);
      expect(code).toBe(2);
      expect(printed).toContain(
        `in noticeboard: app (${image}, port 3000, behind the load balancer); queue (${image}, told of a database)`,
      );
      expect(printed).toContain("--container bpp");
      expect((await runInit(cloud, [...ARGS, "--container", "app"])).text).toContain("container: app");
    },
    `
taskDefinitions:
  noticeboard:
    containers:
      - { name: app, image: "${image}", port: 3000 }
      - { name: queue, image: "${image}", environment: { DATABASE_URL: "{database.noticeboard-db.url}" } }
`,
  );
});

test("names the action that is not allowed, and goes on without what only informs", () =>
  onCloud(async (cloud) => {
    const denied = (action: string) => async () => {
      throw Object.assign(new Error(`User: arn is not authorized to perform: ${action} on resource: *`), {
        name: "AccessDenied",
      });
    };
    const { runbook, operator } = cloud;
    const without = (part: "rds" | "autoScaling", method: string, action: string) => ({
      operator,
      runbook: { ...runbook, aws: { ...runbook.aws, [part]: { ...runbook.aws[part], [method]: denied(action) } } },
    });
    const refused = await runInit(without("rds", "databases", "rds:DescribeDBInstances"), ARGS);
    expect(refused).toMatchObject({
      code: 2,
      printed: expect.stringContaining("to be allowed rds:DescribeDBInstances"),
    });
    const informed = await runInit(
      without("autoScaling", "scalableTargets", "application-autoscaling:DescribeScalableTargets"),
      ARGS,
    );
    expect(informed).toMatchObject({
      code: 0,
      text: expect.stringContaining("Not found out: Application Auto Scaling"),
    });
  }));
