import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../src/targets/http.ts";
import { presets } from "../../src/targets/presets/preset.ts";
import { judge, matches, namesIn, versionIn } from "../../src/targets/probe.ts";
import { probesSchema, usualProbes } from "../../src/targets/probes-schema.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const judged = (name: keyof typeof presets, ...of: Parameters<typeof answer>) => {
  const verdict = judge({ ...usualProbes, ...presets[name].probes }, answer(...of));
  return verdict.kind === "ready" ? "ready" : `${verdict.kind}: ${verdict.seen}`;
};

describe("an answer of NocoBase", () => {
  const error = (code: string, message = "") => ({
    error: { status: 503, maintaining: true, message, command: { name: "start" }, code },
  });
  it.each([
    ["running", [200, "ok"], "ready"],
    [
      "the page of the client instead of the API",
      [200, "<!doctype html>"],
      "not-yet: 200 (an HTML page), which is unexpected",
    ],
    [
      "not listening yet, behind a load balancer",
      [502, "<html><h1>502 Bad Gateway</h1></html>"],
      "not-yet: 502 (an HTML page)",
    ],
    ["not loaded yet", [404, error("APP_NOT_FOUND", "not found")], "not-yet: 404 not found"],
    ["starting, with nothing to say", [503, error("APP_COMMANDING")], "not-yet: 503 APP_COMMANDING"],
    ["migrating", [503, error("APP_COMMANDING", "plugins loaded")], "not-yet: 503 plugins loaded"],
    [
      "failed",
      [503, error("APP_ERROR", "read-only transaction")],
      "fatal: 503 read-only transaction (APP_ERROR, start)",
    ],
    [
      "failed for want of a message",
      [503, error("APP_NOT_INSTALLED_ERROR")],
      "fatal: 503 APP_NOT_INSTALLED_ERROR (start)",
    ],
    ["stopped", [503, error("APP_STOPPED")], "fatal: 503 APP_STOPPED (start)"],
    ["something new", [503, error("APP_SLEEPING")], "not-yet: 503 APP_SLEEPING, which is unexpected"],
  ] as const)("%s", (_, [status, body], verdict) => {
    expect(judged("nocobase", status, body)).toBe(verdict);
  });

  it("lists the plugins that are enabled, and nothing where it does not run", () => {
    const { inventory } = presets.nocobase.probes;
    const plugins = { data: [{ name: "b", packageName: "@x/b" }, { packageName: "@x/a" }, { name: "no package" }] };
    expect(namesIn(inventory!, answer(200, plugins))).toEqual(["@x/a", "@x/b"]);
    expect(namesIn(inventory!, answer(503, error("APP_ERROR")))).toBeUndefined();
  });
});

describe("an answer of SonarQube", () => {
  it.each([
    ["UP", "ready"],
    ["STARTING", "not-yet: 200 STARTING"],
    ["RESTARTING", "not-yet: 200 RESTARTING"],
    ["DB_MIGRATION_NEEDED", "trigger: 200 DB_MIGRATION_NEEDED"],
    ["DB_MIGRATION_RUNNING", "not-yet: 200 DB_MIGRATION_RUNNING"],
    ["DOWN", "fatal: 200 DOWN"],
  ])("%s", (status, verdict) => {
    expect(judged("sonarqube", 200, { id: "20150504120436", version: "10.7.0.96327", status })).toBe(verdict);
  });

  it("that comes before its web server has found its feet is waited on", () => {
    expect(judged("sonarqube", 404, "<html>")).toBe("not-yet: 404 (an HTML page)");
  });
});

describe("an answer of Nextcloud", () => {
  const status = (changes: object) => ({
    installed: true,
    maintenance: false,
    needsDbUpgrade: false,
    version: "29.0.4.1",
    versionstring: "29.0.4",
    edition: "",
    productname: "Nextcloud",
    extendedSupport: false,
    ...changes,
  });
  it.each([
    ["ready", {}, "ready"],
    [
      "in maintenance, with status 200 all the same",
      { maintenance: true },
      'not-yet: 200 {"installed":true,"maintenance":true',
    ],
    ["with new code on old data", { needsDbUpgrade: true }, "not-yet: 200 {"],
    ["not installed: another database or an empty volume", { installed: false }, "fatal: 200 {"],
  ])("%s", (_, changes, verdict) => {
    expect(judged("nextcloud", 200, status(changes)).slice(0, verdict.length)).toBe(verdict);
  });

  it("reports its version", () => {
    expect(versionIn(presets.nextcloud.probes.version!, answer(200, status({})))).toBe("29.0.4");
  });
});

describe("the version that a tag says", () => {
  const said = (name: keyof typeof presets, tag: string) =>
    new RegExp(presets[name].probes.version!.tag!).exec(tag)?.[1];
  const floats = (name: keyof typeof presets, tag: string) => new RegExp(presets[name].versions.floatingTag).test(tag);

  it.each([
    ["nocobase", "2.2.15", "2.2.15"],
    ["nocobase", "2.2.15-full", "2.2.15"],
    ["nocobase", "2.2.15-no-nginx", "2.2.15"],
    ["nocobase", "2.2.0-beta.18-full-no-nginx", "2.2.0-beta.18"],
    ["nocobase", "2026-11-01", undefined],
    ["sonarqube", "10.7.0-community", "10.7.0"],
    ["sonarqube", "2025.1.1-enterprise", "2025.1.1"],
    ["sonarqube", "9.9.6-datacenter-app", "9.9.6"],
    ["nextcloud", "29.0.4-apache", "29.0.4"],
    ["nextcloud", "29.0.4-fpm-alpine", "29.0.4"],
  ] as const)("%s:%s is %s", (name, tag, version) => {
    expect(said(name, tag)).toBe(version);
    expect(floats(name, tag)).toBe(false);
  });

  it.each([
    [
      "nocobase",
      ["latest", "latest-full", "beta", "alpha-no-nginx", "2", "2.2", "2.2-full", "2.2-beta", "2.2-beta-full-no-nginx"],
    ],
    ["sonarqube", ["latest", "lts-community", "community", "10-community", "9.9-enterprise", "lta"]],
    ["nextcloud", ["latest", "29", "29.0", "29-apache", "stable-fpm", "production", "fpm-alpine"]],
  ] as const)("%s moves %j", (name, tags) => {
    for (const tag of tags) expect(floats(name, tag), tag).toBe(true);
  });
});

describe("a match", () => {
  const isMet = (match: unknown, ...of: Parameters<typeof answer>) =>
    matches(probesSchema.parse({ fatal: [match] }).fatal![0]!, answer(...of));

  it("is met only where all of it holds", () => {
    const match = {
      status: [200],
      json: [
        { path: "a", equals: 1 },
        { path: "b", in: [true, "x"] },
      ],
      header: { name: "X-Id" },
    };
    expect(isMet(match, 200, { a: 1, b: "x" }, { "x-id": "7" })).toBe(true);
    expect(isMet(match, 201, { a: 1, b: "x" }, { "x-id": "7" })).toBe(false);
    expect(isMet(match, 200, { a: "1", b: "x" }, { "x-id": "7" })).toBe(false);
    expect(isMet(match, 200, { a: 1, b: "y" }, { "x-id": "7" })).toBe(false);
    expect(isMet(match, 200, { a: 1, b: "x" })).toBe(false);
  });

  it("with alternatives is met where one of them is, besides the rest", () => {
    const match = { status: [503], any: [{ body: "no" }, { pattern: "^(never|not)$" }] };
    expect(isMet(match, 503, " no\n")).toBe(true);
    expect(isMet(match, 503, "never")).toBe(true);
    expect(isMet(match, 503, "maybe")).toBe(false);
    expect(isMet(match, 200, "no")).toBe(false);
  });
});

describe("the version in an answer", () => {
  it.each([
    ["a member", { json: "data.tag", pattern: "^v(.*)$" }, "0.50.1"],
    ["a header", { header: "X-Version-Id" }, "9.11.2.1234"],
    ["a pattern on the body", { pattern: "v(\\d+\\.\\d+)" }, "0.50"],
    ["what is not there", { json: "data.none" }, undefined],
    ["what does not match", { json: "data.tag", pattern: "^x" }, undefined],
  ])("is %s", (_, probe, version) => {
    const { version: complete } = probesSchema.parse({ version: { path: "/v", ...probe } });
    expect(versionIn(complete!, answer(200, { data: { tag: "v0.50.1" } }, { "x-version-id": "9.11.2.1234" }))).toBe(
      version,
    );
  });
});

it("shortens what an application says at length", () => {
  const verdict = judge(
    { ...usualProbes, ...presets.nocobase.probes, progress: undefined },
    answer(500, "x ".repeat(500)),
  );
  expect(verdict).toMatchObject({ kind: "not-yet", seen: expect.stringMatching(/^500 (x ){79}x …?$|^500 .{160}…$/) });
});
