import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { requireDeployable } from "../../infra/deployable.ts";
import { createPlanner } from "../../src/procedures/plan.ts";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import { onAurora } from "../simulation/database-seeds.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { upgradeRequest } from "../simulation/run-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { exampleCloud } from "./example-cloud.ts";
import { runInit } from "./run-init.ts";

const CRM = ["--cluster", "crm", "--service", "crm-web", "--target", "crm"];

test("says of the example what its own configuration says, but for what a person decides", () =>
  inVirtualTime(async () => {
    const cloud = await exampleCloud();
    const { code, text, printed } = await runInit(cloud, CRM);
    expect(code).toBe(0);
    const written = parseConfiguration(text, "intermission.yml").targets.get("crm")!;
    const own = cloud.configuration.targets.get("crm")!;
    const { probes, access: _decided, resources, ...rest } = own;
    expect(written).toMatchObject({ ...rest, probes: { ready: { path: "/health", match: { status: [200] } } } });
    expect([probes?.ready?.path, resources]).toEqual(["/health", undefined]);
    expect(written.resources?.listeners).toHaveLength(1);
    await expect(
      text.replace(/crm-\d+\.eu/, "crm-1.eu").replace(/(\/crm(?:-web)?)(\/[0-9a-f]{16})+/g, "$1/1"),
    ).toMatchFileSnapshot("golden/crm.yml");
    await expect(printed.replace(/crm-\d+\.eu/, "crm-1.eu")).toMatchFileSnapshot("golden/crm.txt");
  }));

const TWO = ["--cluster", "noticeboard", "--service", "noticeboard", "--service", "noticeboard-worker"];
const ONE = TWO.slice(0, 4);

test.each<[string, string[], NoticeboardCloudOptions]>([
  ["with a worker", TWO, { worker: true, seedNumber: 2 }],
  ["behind a shared listener", ONE, { neighbour: true, seedNumber: 3 }],
  ["on an Aurora cluster", ONE, { seed: onAurora(), seedNumber: 4 }],
])("writes what passes preflight at once: %s", (_, args, options) =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud(options);
    const { text, code } = await runInit(cloud, args);
    expect(code).toBe(0);
    const written = parseConfiguration(text, "intermission.yml").targets.get("noticeboard")!;
    const plan = await createPlanner(cloud.runbook).plan(written, upgradeRequest());
    expect(plan.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(plan.checks.length).toBeGreaterThan(20);
    expect(plan.checks).toContainEqual(
      expect.objectContaining({ name: "permissions-cover-the-target", outcome: "passed" }),
    );
    expect(requireDeployable(parseConfiguration(text, "intermission.yml"), "intermission.yml")).toMatchObject({
      account: "111122223333",
    });
  }),
);

test("knows NocoBase by what its container is told, with the path that it lives below", () =>
  inVirtualTime(async () => {
    const seed = `
loadBalancers: { noticeboard: { targetGroups: { noticeboard: { port: 3000, healthCheck: { path: /app/api/__health_check } } } } }
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}", WORKER_MODE: "*", API_BASE_PATH: /app/api }`;
    const { text } = await runInit(await noticeboardCloud({ seed, publicPath: "/app" }), ONE);
    expect(parseConfiguration(text, "intermission.yml").targets.get("noticeboard")).toMatchObject({
      app: "nocobase",
      url: expect.stringMatching(/:8080\/app$/),
    });
  }));

test("the golden file is what the documentation shows", async () => {
  const docs = await readFile("docs/init.md", "utf8");
  const shown = await readFile("test/init/golden/crm.yml", "utf8");
  expect(docs).toContain(shown.trim());
});
