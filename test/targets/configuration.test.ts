import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfiguration } from "../../src/targets/configuration.ts";
import { crmText } from "./crm.ts";

const minimal = crmText();
const problemsOf = (text: string) => {
  try {
    parseConfiguration(text, "intermission.yml");
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error("expected problems, found none");
};
/** The minimal file with one line added to its target. */
const withLine = (line: string) => `${minimal}    ${line}\n`;

describe("a configuration that is right", () => {
  it("is read with its defaults and the target's name", () => {
    const { targets } = parseConfiguration(minimal, "intermission.yml");
    expect([...targets.keys()]).toEqual(["crm"]);
    expect(targets.get("crm")).toMatchObject({
      name: "crm",
      drain: { seconds: 5 },
      snapshot: { warmUp: false, keep: 5 },
      timeouts: { migrate: 1_800_000, close: 60_000 },
      access: { github: [], iam: [] },
    });
  });

  it("says for all other writers, or family by family, what holds for them", () => {
    const written = (line: string) => parseConfiguration(withLine(line), "intermission.yml").targets.get("crm");
    expect(parseConfiguration(minimal, "intermission.yml").targets.get("crm")).toMatchObject({
      otherWriters: "refuse",
    });
    expect(written("otherWriters: pause")).toMatchObject({ otherWriters: "pause" });
    expect(written("otherWriters: { families: { nightly-report: ignore } }")).toMatchObject({
      otherWriters: { default: "refuse", families: { "nightly-report": "ignore" } },
    });
  });

  it("may share parts by YAML anchors and merge keys", () => {
    const text = `${minimal.replace("crm:", "crm: &base")}  copy:\n    <<: *base\n    cluster: other\n`;
    const { targets } = parseConfiguration(text, "intermission.yml");
    expect(targets.get("copy")).toMatchObject({ name: "copy", cluster: "other", app: "nocobase" });
  });
});

describe("a configuration that is wrong", () => {
  it("names a line to wait for that is no regular expression", () => {
    const text = minimal.replace("container: app }", 'container: app, ready: { log: "/ready (/" } }');
    expect(problemsOf(text)).toMatchObject([
      { path: "targets.crm.services[0].ready.log", expected: "a text, or a regular expression between slashes" },
    ]);
  });

  it("says everything at once, in the order of the file, each with its line", () => {
    const text = `targts: 1
targets:
  Crm: {}
  crm:
    app: nocbase
    url: ftp://x
    cluster: 1
    services:
      - { nam: web, container: app }
      - { name: a, container: b }
      - { name: a, container: b }
    database: { instanc: x }
    timeouts: { migrate: "30" }
    access:
      github:
        - repository_id: 12
          allow: [upgrad]
          events: [push, pull_request_target]
    frozn: why
`;
    expect(problemsOf(text)).toEqual([
      {
        path: "targts",
        line: 1,
        expected: "one of the keys deployment, targets",
        found: 'unknown key "targts"',
        hint: 'did you mean "targets"?',
      },
      {
        path: "targets.Crm",
        line: 3,
        expected: "1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit",
        found: "this key",
      },
      {
        path: "targets.crm.app",
        line: 5,
        expected: 'one of "nocobase", "sonarqube", "nextcloud", "generic"',
        found: '"nocbase"',
        hint: 'did you mean "nocobase"?',
      },
      { path: "targets.crm.url", line: 6, expected: "an http or https URL", found: '"ftp://x"' },
      { path: "targets.crm.cluster", line: 7, expected: "a text", found: "1 (number)", hint: 'write it as "1"' },
      { path: "targets.crm.services[0].name", line: 9, expected: "a text", found: "nothing" },
      {
        path: "targets.crm.services[0].nam",
        line: 9,
        expected: "one of the keys name, container, ready",
        found: 'unknown key "nam"',
        hint: 'did you mean "name"?',
      },
      { path: "targets.crm.services[2].name", line: 11, expected: "every service once", found: '"a" again' },
      { path: "targets.crm.database.instance", line: 12, expected: "a text", found: "nothing" },
      {
        path: "targets.crm.database.instanc",
        line: 12,
        expected: "one of the keys instance, cluster",
        found: 'unknown key "instanc"',
        hint: 'did you mean "instance"?',
      },
      {
        path: "targets.crm.timeouts.migrate",
        line: 13,
        expected: "a whole number with a unit, such as 90s, 15m or 2h",
        found: '"30"',
      },
      {
        path: "targets.crm.access.github[0].repository_id",
        line: 16,
        expected: "a text",
        found: "12 (number)",
        hint: 'write it as "12"',
      },
      {
        path: "targets.crm.access.github[0].allow[0]",
        line: 17,
        expected:
          'one of "*", "first-start", "upgrade", "maintenance", "rollback", "plan", "read", "decide", "restore"',
        found: '"upgrad"',
        hint: 'did you mean "upgrade"?',
      },
      {
        path: "targets.crm.access.github[0].events[1]",
        line: 18,
        expected: "an event that only people with write access cause",
        found: '"pull_request_target", which is refused whatever this file says',
      },
      {
        path: "targets.crm.frozn",
        line: 19,
        expected: expect.stringContaining("frozen"),
        found: 'unknown key "frozn"',
        hint: 'did you mean "frozen"?',
      },
    ]);
  });

  it("prints a line for each problem that a terminal can jump to", () => {
    expect(() => parseConfiguration(withLine("frozn: why"), "ops/intermission.yml")).toThrow(
      /^ops\/intermission\.yml has 1 problem:\n {2}ops\/intermission\.yml:9 targets\.crm\.frozn: expected .+, found unknown key "frozn" \(did you mean "frozen"\?\)$/,
    );
  });

  it("wants services by name, and knows one that is also named by its ARN", () => {
    const arn = "arn:aws:ecs:eu-central-1:111122223333:service/crm/web";
    const text = `targets: { crm: { app: nocobase, url: "https://x.example", cluster: crm, database: none, services: [{ name: web, container: app }, { name: "${arn}", container: app }] } }`;
    const found = problemsOf(text).map(({ path, found, hint }) => ({ path, found, hint }));
    expect(found).toEqual([
      { path: "targets.crm.services[1].name", found: '"web" again', hint: undefined },
      {
        path: "targets.crm.services[1].name",
        found: `"${arn}"`,
        hint: 'say "web", and the cluster under `cluster`',
      },
    ]);
  });

  it("demands probes of a generic application, which has none of its own", () => {
    expect(problemsOf(minimal.replace("nocobase", "generic"))).toMatchObject([
      { path: "targets.crm.probes", expected: expect.stringContaining("generic"), found: "nothing" },
    ]);
    const probes = "probes: { ready: { path: /health, match: { status: [200] } } }";
    expect(() => parseConfiguration(withLine(probes).replace("nocobase", "generic"), "i.yml")).not.toThrow();
  });

  it("demands the ready probe of a generic application that has other probes", () => {
    expect(problemsOf(withLine("probes: { consecutive: 2 }").replace("nocobase", "generic"))).toMatchObject([
      { path: "targets.crm.probes.ready", found: "nothing" },
    ]);
  });

  it("refuses probes that mean nothing, each with its place and what is wrong", () => {
    const probes = `probes:
      ready: { path: health, match: {} }
      fatal: [{ pattern: "(" }, { json: { path: a..b, pattern: "[" } }, { any: [{}] }]
      version: { path: /v }
      inventory: { path: /p, items: "$.data[*]" }
      headers: { Host: x }`;
    expect(
      problemsOf(withLine(probes)).map(({ path, expected, found }) => `${path}: ${expected}, found ${found}`),
    ).toEqual([
      'targets.crm.probes.ready.path: a text that begins with "/", found "health"',
      "targets.crm.probes.ready.match: status, body, pattern, json or header, or every answer would match, found a map of keys",
      'targets.crm.probes.fatal[0].pattern: a regular expression (/(/: Unterminated group), found "("',
      'targets.crm.probes.fatal[1].json.path: a JSON path such as error.code, items[0].name or ["a name"].version, without wildcards, found "a..b"',
      'targets.crm.probes.fatal[1].json.pattern: a regular expression (/[/: Unterminated character class), found "["',
      "targets.crm.probes.fatal[2].any[0]: status, body, pattern, json or header, or every answer would match, found a map of keys",
      "targets.crm.probes.version: json, header or pattern: where the version is in the answer, found a map of keys",
      'targets.crm.probes.inventory.items: a JSON path such as error.code, items[0].name or ["a name"].version, without wildcards, found "$.data[*]"',
      "targets.crm.probes.headers: no host header: it is that of `url`, found a map of keys",
    ]);
  });

  it("refuses plugins of an application that is not asked for any", () => {
    const plugins = "plugins: { expected: [a] }";
    expect(problemsOf(withLine(plugins).replace("nocobase", "nextcloud"))).toMatchObject([
      { path: "targets.crm.plugins" },
    ]);
    expect(() => parseConfiguration(withLine(plugins), "i.yml")).not.toThrow();
  });

  it("names the alternatives where a value may be of several kinds", () => {
    expect(problemsOf(minimal.replace("{ instance: crm-db }", "nonee"))).toMatchObject([
      { path: "targets.crm.database", expected: '"none" or a map of keys', found: '"nonee"' },
    ]);
  });

  it.each([
    ["a YAML mistake", "targets: [", 1],
    ["a key that is written twice", "targets: {}\ntargets: {}", 2],
    ["an alias without its anchor", "targets: *nowhere", undefined],
    ["an empty file", "", undefined],
    ["a list", "- crm", 1],
    ["no targets", "targets: {}", 1],
    ["a target that is not a map", "targets:\n  crm: 1", 2],
  ])("refuses %s", (_, text, line) => {
    expect(problemsOf(text).map((problem) => problem.line)).toEqual([line]);
  });
});
