import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import type { HttpAnswer } from "../../src/targets/http.ts";
import { presets } from "../../src/targets/presets/preset.ts";
import { judge, versionIn } from "../../src/targets/probe.ts";
import { type Probes, probesSchema, usualProbes } from "../../src/targets/probes-schema.ts";

const page = readFileSync("docs/probes.md", "utf8");
const examples = new Map(
  [...page.matchAll(/^### (.+)\n\n(\*(?:Read|To check)\*[\s\S]*?)```yaml\n([\s\S]*?)```/gm)].map(([, name, , yaml]) => [
    name!,
    { ...usualProbes, ...probesSchema.parse((parse(yaml!) as { probes: unknown }).probes) } as Probes,
  ]),
);

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const BAD_GATEWAY = answer(502, "<html><h1>502 Bad Gateway</h1></html>");

/** What each application is known to answer, and what that must mean. */
const answers: Record<string, [HttpAnswer, "ready" | "not-yet" | "fatal"][]> = {
  Keycloak: [
    [answer(200, { status: "UP", checks: [] }), "ready"],
    [answer(503, { status: "DOWN", checks: [{ name: "database", status: "DOWN" }] }), "not-yet"],
  ],
  GitLab: [
    [answer(200, { status: "ok", master_check: [{ status: "ok" }] }), "ready"],
    [answer(503, { status: "failed", master_check: [{ status: "failed", message: "unexpected" }] }), "not-yet"],
    [answer(404, "<html>not allowed from here</html>"), "not-yet"],
  ],
  Mattermost: [
    [answer(200, { status: "OK" }), "ready"],
    [answer(500, { status: "UNHEALTHY" }), "not-yet"],
  ],
  Metabase: [
    [answer(200, { status: "ok" }), "ready"],
    [answer(503, { status: "initializing", progress: 0.3 }), "not-yet"],
  ],
  Directus: [
    [answer(200, { status: "ok" }), "ready"],
    [answer(200, { status: "warn" }), "ready"],
    [answer(503, { status: "error" }), "not-yet"],
  ],
  n8n: [
    [answer(200, { status: "ok" }), "ready"],
    [answer(503, { status: "error" }), "not-yet"],
  ],
  Odoo: [
    [answer(200, '<form><input type="text" name="login"></form>'), "ready"],
    [answer(200, { status: "pass" }), "not-yet"],
    [answer(500, "<html>Internal Server Error</html>"), "fatal"],
  ],
  Moodle: [
    [answer(200, '<input type="hidden" name="logintoken" value="x">'), "ready"],
    [answer(503, "<html>under maintenance</html>"), "not-yet"],
    [answer(303, "", { location: "/admin/index.php" }), "not-yet"],
  ],
  Sentry: [
    [answer(200, "ok"), "ready"],
    [answer(500, { problems: [] }), "not-yet"],
  ],
  "Jira Data Center": [
    [answer(200, { state: "RUNNING" }), "ready"],
    [answer(200, { state: "STARTING" }), "not-yet"],
    [answer(200, { state: "FIRST_RUN" }), "fatal"],
    [answer(200, { state: "STOPPING" }), "not-yet"],
    [answer(503, { state: "MAINTENANCE" }), "not-yet"],
    [answer(500, { state: "ERROR" }), "fatal"],
  ],
  "Confluence Data Center": [
    [answer(200, { state: "RUNNING" }), "ready"],
    [answer(200, { state: "STARTING" }), "not-yet"],
    [answer(200, { state: "FIRST_RUN" }), "fatal"],
    [answer(500, { state: "ERROR" }), "fatal"],
  ],
  WordPress: [
    [answer(200, '<form name="loginform" id="loginform">'), "ready"],
    [answer(503, "<html>Briefly unavailable</html>", { "retry-after": "600" }), "not-yet"],
    [answer(302, "", { location: "/wp-admin/upgrade.php" }), "not-yet"],
  ],
};

it("documents the very applications whose answers are judged here, and none that has a preset", () => {
  expect([...examples.keys()]).toEqual(Object.keys(answers));
  for (const name of Object.keys(presets))
    expect([...examples.keys()].map((each) => each.toLowerCase())).not.toContain(name);
});

describe.each(Object.entries(answers))("%s", (name, given) => {
  test.each(given.map(([each, verdict]) => [each.status, each.body, verdict, each] as const))(
    "%i %s is %s",
    (_status, _body, verdict, each) => {
      expect(judge(examples.get(name)!, each).kind).toBe(verdict);
    },
  );

  test("is waited on while nothing listens behind the load balancer", () => {
    expect(judge(examples.get(name)!, BAD_GATEWAY).kind).toBe("not-yet");
  });
});

test.each([
  ["Mattermost", answer(200, { status: "OK" }, { "x-version-id": "9.11.2.9876543210.abcdef.true" }), "9.11.2"],
  ["Metabase", answer(200, { version: { tag: "v0.50.1" } }), "v0.50.1"],
  ["Jira Data Center", answer(200, { version: "9.12.1", buildNumber: 912001 }), "9.12.1"],
  ["WordPress", answer(200, "<generator>https://wordpress.org/?v=6.5.2</generator>"), "6.5.2"],
])("%s tells its version", (name, each, version) => {
  expect(versionIn(examples.get(name)!.version!, each)).toBe(version);
});
