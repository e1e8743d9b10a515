import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadSeed, parseSeed, SeedError } from "../../../src/sandbox/seed/load-seed.ts";

const read = (text: string) => parseSeed(text, { fileName: "sandbox.yml", directory: "/tmp" });

async function problems(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SeedError);
  return (error as SeedError).problems;
}

const GOOD = `
images:
  "crm:1": { command: [node, server.js], environment: { PORT: "{port}" } }
clusters: [crm]
databases: { crm-db: { password: correct-horse } }
loadBalancers:
  crm:
    targetGroups: { crm-web: { healthCheck: { path: /health } } }
    listeners:
      - { default: { targetGroup: crm-web }, rules: [{ priority: 5, conditions: { path: [/old/*] }, action: { redirect: { to: "http://example.com/" } } }] }
taskDefinitions:
  crm-web:
    containers:
      - { name: app, image: "crm:1", port: 3000, environment: { DATABASE_URL: "{database.crm-db.url}" } }
services:
  crm-web:
    cluster: crm
    taskDefinition: crm-web
    desiredCount: 2
    loadBalancers: [{ targetGroup: crm-web, container: app, port: 3000 }]
scalableTargets: [{ service: crm-web, min: 1, max: 4 }]
intermission:
  targets:
    crm:
      app: nocobase
      url: "{loadBalancer.crm.url}"
      cluster: crm
      services: [{ name: crm-web, container: app }]
      database: { instance: crm-db }
`;

test("an empty file is an empty AWS", async () => {
  const seed = await read("");
  expect(seed).toMatchObject({ region: "eu-central-1", account: "111122223333", clusters: [], services: {} });
  expect(seed.targets).toBeUndefined();
});

test("a file in order is read with its defaults and its placeholders still in it", async () => {
  const seed = await read(GOOD);
  expect(seed.databases["crm-db"]).toMatchObject({ username: "postgres", databaseName: "app" });
  expect(seed.loadBalancers.crm?.listeners[0]).toMatchObject({ port: "auto" });
  expect(seed.targets?.text).toContain("{loadBalancer.crm.url}");
});

test("every problem is named at once, with its path, what was expected and what was found", async () => {
  expect(
    await problems(`
account: 111122223333
regoin: eu-west-1
latencies: { ecs: { provisioningMs: -1 } }
images: { "crm:1": { command: [], digest: abc } }
databases: { crm-db: { password: short } }
loadBalancers: { crm: { listeners: [{ port: 70000, default: { targetGroup: web } }] } }
`),
  ).toEqual([
    expect.stringMatching(/^account: expected a text, found 111122223333 \(number\) \(write it as "111122223333"\)/),
    expect.stringMatching(/^latencies\.ecs\.provisioningMs: expected at least 0, found -1/),
    expect.stringMatching(/^images\.crm:1\.command: expected at least 1 entry/),
    expect.stringMatching(/^images\.crm:1\.digest: expected sha256: and 64 hexadecimal digits, found "abc"/),
    expect.stringMatching(/^databases\.crm-db\.password: expected at least 8 characters/),
    expect.stringMatching(/^loadBalancers\.crm\.listeners\[0\]\.port: /),
    expect.stringMatching(/^regoin: .*did you mean "region"/),
  ]);
});

test("names that name nothing are found, with the likely one", async () => {
  const wrong = GOOD.replace('image: "crm:1"', 'image: "crm:2"')
    .replace("taskDefinition: crm-web", "taskDefinition: crm-wbe")
    .replace("default: { targetGroup: crm-web }", "default: { targetGroup: other }")
    .replace("service: crm-web, min: 1", "service: nobody, min: 9")
    .replace("{database.crm-db.url}", "{database.crm.uri}");
  expect(await problems(wrong)).toEqual([
    expect.stringMatching(
      /^taskDefinitions\.crm-web\.containers\[0\]\.image: expected one of images: crm:1, found "crm:2"/,
    ),
    expect.stringMatching(
      /containers\[0\]\.environment\.DATABASE_URL: .*NAME one of crm-db.*found \{database\.crm\.uri\}/,
    ),
    expect.stringMatching(/^services\.crm-web\.taskDefinition: .*did you mean "crm-web"/),
    expect.stringMatching(/^loadBalancers\.crm\.listeners\[0\]\.default\.targetGroup: .*found "other"/),
    expect.stringMatching(/^scalableTargets\[0\]\.service: .*found "nobody"/),
    expect.stringMatching(/^scalableTargets\[0\]\.min: expected at most max, which is 4, found 9/),
  ]);
});

test("an image must have a reference", async () => {
  expect(await problems('images: { "CRM v1": { command: [node] } }')).toEqual([
    expect.stringMatching(/^images\.CRM v1: expected an image reference/),
  ]);
});

test("the example is in order", async () => {
  const file = fileURLToPath(new URL("../../../examples/sandbox.yml", import.meta.url));
  const seed = await loadSeed(file);
  expect(Object.keys(seed.services)).toEqual(["crm-web"]);
  expect(seed.targets?.fileName).toBe(file);
});

test("a service's port must be its container's", async () => {
  expect(await problems(GOOD.replace("container: app, port: 3000", "container: app, port: 3001"))).toEqual([
    "services.crm-web.loadBalancers[0].port: expected the port of container app: 3000, found 3001",
  ]);
});

test("a wrong entry does not make those that name it look wrong too", async () => {
  expect(await problems(GOOD.replace("command: [node, server.js]", "command: node"))).toEqual([
    expect.stringMatching(/^images\.crm:1\.command: expected a list/),
  ]);
});

test("what is wrong with the targets is said in the words of intermission.yml", async () => {
  expect(await problems(GOOD.replace("app: nocobase", "app: nocobas"))).toEqual([
    expect.stringMatching(/targets\.crm\.app: .*did you mean "nocobase"/),
  ]);
  expect(await problems(GOOD.replace("{loadBalancer.crm.url}", "{loadBalancer.shop.url}"))).toEqual([
    expect.stringMatching(/NAME one of crm .*found \{loadBalancer\.shop\.url\}/),
  ]);
});

test("an intermission.yml that is not there is a problem of this file", async () => {
  expect(await problems("intermission: ./nowhere.yml")).toEqual([
    expect.stringMatching(/^intermission: expected a file that can be read: .*nowhere\.yml/),
  ]);
});

test("text that is no YAML is refused with the place", async () => {
  expect(await problems("images: {")).toEqual([expect.stringMatching(/line 1/)]);
});
