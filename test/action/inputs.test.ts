import { describe, expect, test } from "vitest";
import { type Inputs, readInputs } from "../../src/action/inputs.ts";
import { workflowRun } from "./run-action.ts";

const valid = { "api-url": "https://api.example.com/", target: "crm-production", image: "crm:1.9.4" };

function read(given: Record<string, string>, run = workflowRun) {
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.replace(/ /g, "_").toUpperCase()}`, value]),
  );
  return readInputs({ PATH: "/bin", ...env }, run);
}
function problems(given: Record<string, string>): string[] {
  const result = read(given);
  return result.ok ? [] : result.problems;
}
function inputsOf(given: Record<string, string>): Inputs {
  const result = read(given);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.inputs;
}

describe("the inputs", () => {
  test("are read as the runner hands them over, with their defaults", () => {
    expect(inputsOf(valid)).toEqual({
      apiUrl: "https://api.example.com",
      target: "crm-production",
      audience: "intermission",
      until: "end",
      timeoutMs: 2 * 3_600_000,
      onCancel: "detach",
      work: {
        do: "start",
        request: { procedure: "upgrade", image: "crm:1.9.4", snapshot: "required" },
        idempotencyKey: "123456:77:1:upgrade:window:crm-production",
      },
    });
  });

  test("that are empty count as not given", () => {
    expect(inputsOf({ ...valid, comment: " ", audience: "", timeout: "" }).timeoutMs).toBe(2 * 3_600_000);
  });

  test("that are wrong are all reported at once, each with what was expected and found", () => {
    expect(
      problems({
        "api-url": "http://api.example.com",
        target: "CRM",
        snapshot: "maybe",
        wait: "yes",
        timeout: "2 hours",
        comment: "x".repeat(501),
        "idempotency-key": "a b",
        image: "crm",
        "operation-id": "op-1",
        expectedversion: "1.9.4",
      }),
    ).toEqual([
      "expectedversion: no such input; did you mean expected-version?",
      expect.stringMatching(/^api-url: expected https: .*, found "http:\/\/api\.example\.com"$/),
      `target: expected a target's name: 1 to 63 lower-case letters, digits and hyphens, found "CRM"`,
      'image: expected an image reference with a tag or a digest, found "crm"',
      'snapshot: expected required or none, found "maybe"',
      expect.stringMatching(/^comment: expected at most 500 characters/),
      'wait: expected true, decision or false, found "yes"',
      'timeout: expected a whole number with a unit, such as 90s, 15m or 2h, found "2 hours"',
      'idempotency-key: expected 1 to 255 printable ASCII characters without spaces, found "a b"',
      "operation-id: not used by procedure upgrade, so it must not be given",
    ]);
  });

  test("that are missing are named", () => {
    expect(problems({})).toEqual([
      "api-url: expected the URL of the Intermission API",
      "target: expected the name of a target in intermission.yml",
      "image or version: one of them is required by procedure upgrade",
    ]);
  });

  test.for([
    ["api_url", "api-url"],
    ["apiurl", "api-url"],
    ["snapshots", "snapshot"],
    ["idempotencykey", "idempotency-key"],
    ["wiat", "wait"],
  ] as const)("misspelt as %s gets the hint %s", ([written, meant]) => {
    expect(problems({ ...valid, [written]: "1" })).toEqual([`${written}: no such input; did you mean ${meant}?`]);
  });

  test("that resemble none are answered with the list", () => {
    expect(problems({ ...valid, "aws-access-key-id": "1" })).toEqual([
      expect.stringMatching(/^aws-access-key-id: no such input, expected one of api-url, target, procedure, /),
    ]);
  });
});

describe("api-url", () => {
  test.for(["http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000", "http://api.localhost"])(
    "may be plain http on loopback: %s",
    (url) => {
      expect(inputsOf({ ...valid, "api-url": url }).apiUrl).toBe(url);
    },
  );

  test("keeps a path", () => {
    expect(inputsOf({ ...valid, "api-url": "https://example.com/prod/" }).apiUrl).toBe("https://example.com/prod");
  });

  test("with a password is refused without repeating it", () => {
    expect(problems({ ...valid, "api-url": "https://u:hunter2@example.com" })).toEqual([
      "api-url: expected a URL without a user or password",
    ]);
  });

  test.for(["example.com", "ftp://example.com", "https://example.com?x=1"])("refuses %s", (url) => {
    expect(problems({ ...valid, "api-url": url })).toHaveLength(1);
  });
});

describe("the procedure", () => {
  test("status needs an operation and nothing else", () => {
    const given = { "api-url": valid["api-url"], target: valid.target, procedure: "status" };
    expect(problems({ ...given, image: "crm:1" })).toEqual([
      "operation-id: required by procedure status",
      "image: not used by procedure status, so it must not be given",
    ]);
    expect(inputsOf({ ...given, "operation-id": "op-1" }).work).toEqual({ do: "status", operationId: "op-1" });
  });

  test("plan takes the request of an upgrade", () => {
    const { work } = inputsOf({ ...valid, procedure: "plan", "expected-version": "1.9.4", snapshot: "none" });
    expect(work).toEqual({
      do: "plan",
      request: { procedure: "upgrade", image: "crm:1.9.4", expectedVersion: "1.9.4", snapshot: "none" },
    });
  });

  const base = { "api-url": valid["api-url"], target: valid.target };
  const id = { "operation-id": "op-1" };

  test("upgrade takes an image or a version, and not both", () => {
    expect(problems({ ...valid, version: "1.9.4" })).toEqual(["image and version: expected one of them, found both"]);
    expect(inputsOf({ ...base, version: "1.9.4", approval: "before-open", "on-failure": "hold" }).work).toMatchObject({
      do: "start",
      request: { procedure: "upgrade", version: "1.9.4", approval: "before-open", onFailure: "hold" },
    });
    expect(problems({ ...base, version: "crm:1.9.4" })).toEqual([
      'version: expected a tag: 1 to 128 letters, digits and _ . -, found "crm:1.9.4"',
    ]);
  });

  test("first-start takes counts and what it may overlook as lists", () => {
    const given = {
      ...{ ...base, procedure: "first-start", counts: "crm-web=3, crm-worker = 1\ncrm_jobs=0", pause: "TRUE" },
      ...{ "even-if": "runs, not-empty", "empty-database": "true" },
    };
    expect(inputsOf(given).work).toMatchObject({
      request: {
        procedure: "first-start",
        database: "empty",
        counts: { "crm-web": 3, "crm-worker": 1, crm_jobs: 0 },
        evenIf: ["runs", "not-empty"],
        pause: true,
      },
    });
    expect(problems({ ...given, counts: "crm-web=three, crm-web=1, crm-web=2, x=9999", "even-if": "run,old" })).toEqual(
      [
        expect.stringMatching(/^counts: expected a service and a number, such as crm-web=3, at "crm-web=three"/),
        expect.stringMatching(/^counts: expected crm-web once/),
        expect.stringMatching(/^counts: expected at most 1000 nodes at "x=9999"/),
        expect.stringMatching(/^even-if: expected a list of runs, has-history, not-empty, at "run", "old"/),
      ],
    );
  });

  test("maintenance-begin starts a maintenance and stays until its node is ready", () => {
    const given = { ...base, procedure: "maintenance-begin", traffic: "open", within: "90m" };
    const { work, until } = inputsOf(given);
    expect({ work, until }).toMatchObject({
      work: { do: "start", request: { procedure: "maintenance", traffic: "open", within: "90m", otherwise: "hold" } },
      until: "work",
    });
    expect(problems({ ...given, otherwise: "rollback", wait: "false", image: "crm:1" })).toEqual([
      "image: not used by procedure maintenance-begin, so it must not be given",
      expect.stringMatching(/^otherwise: expected hold where traffic is open/),
      expect.stringMatching(/^wait: expected true or decision/),
    ]);
  });

  test("maintenance-end proceeds unless it says rollback", () => {
    const given = { ...base, procedure: "maintenance-end" };
    expect(inputsOf(given).work).toEqual({ do: "decide", decision: "proceed", ends: "maintenance", confirms: {} });
    expect(inputsOf({ ...given, ...id, decision: "rollback" }).work).toMatchObject({
      ...{ operationId: "op-1", decision: "rollback" },
    });
    expect(problems({ ...given, decision: "cancel" })).toEqual([
      "decision: expected proceed or rollback to end a maintenance; procedure decide can cancel",
    ]);
  });

  test("rollback takes an operation back, with what it throws away", () => {
    const given = { ...base, procedure: "rollback", "restore-mode": "repoint" };
    expect(problems(given)).toEqual(["operation-id: required by procedure rollback"]);
    const from = "2026-01-15T02:07:10.500Z";
    expect(inputsOf({ ...given, ...id, "discards-from": from }).work).toMatchObject({
      do: "start",
      request: { procedure: "rollback", of: "op-1", restore: "repoint", discards: { from } },
    });
  });

  test("decide and restore need an operation, and decide a decision", () => {
    expect(problems({ ...base, procedure: "decide" })).toEqual([
      "operation-id: required by procedure decide",
      "decision: required by procedure decide",
    ]);
    expect(problems({ ...base, procedure: "restore", decision: "rollback" })).toEqual([
      "operation-id: required by procedure restore",
      "decision: not used by procedure restore, so it must not be given",
    ]);
    const confirms = { comment: "why", discards: { from: "2026-01-15T02:07:10.500Z" } };
    const given = { ...base, ...id, comment: "why", "discards-from": confirms.discards.from };
    expect(inputsOf({ ...given, procedure: "restore" }).work).toEqual({ do: "restore", operationId: "op-1", confirms });
    expect(inputsOf({ ...given, procedure: "decide", decision: "Rollback" }).work).toEqual({
      ...{ do: "decide", operationId: "op-1", decision: "rollback", confirms },
    });
  });

  test("plan takes what the planned procedure takes, and where to write it", () => {
    const planned = (of: string, more: Record<string, string>) =>
      inputsOf({ ...base, procedure: "plan", "plan-of": of, ...more });
    expect(planned("maintenance", { within: "30m" }).work).toMatchObject({
      do: "plan",
      request: { procedure: "maintenance", within: "30m" },
    });
    expect(planned("rollback", id).work).toMatchObject({ request: { procedure: "rollback", of: "op-1" } });
    expect(planned("first-start", { "pull-request": "12" }).pullRequest).toBe(12);
    expect(planned("first-start", { "pull-request": "auto" }).pullRequest).toBe("auto");
    expect(
      problems({ ...base, procedure: "plan", "plan-of": "first-start", image: "crm:1", "idempotency-key": "k" }),
    ).toEqual([
      "image: not used by a plan of first-start, so it must not be given",
      "idempotency-key: not used by a plan of first-start, so it must not be given",
    ]);
    expect(problems({ ...valid, procedure: "plan", "pull-request": "#12" })).toEqual([
      'pull-request: expected auto or the number of a pull request, found "#12"',
    ]);
  });

  test("is recorded in an environment, or carried on from a deployment", () => {
    expect(inputsOf({ ...valid, environment: "production" }).environment).toBe("production");
    const decide = { ...base, ...id, procedure: "decide", decision: "proceed" };
    expect(inputsOf({ ...decide, deployment: "12345678901" }).deploymentId).toBe(12345678901);
    expect(problems({ ...decide, deployment: "latest", environment: "production" })).toEqual([
      'deployment: expected the id of a deployment, such as the output deployment-id, found "latest"',
      "environment: not used by procedure decide, so it must not be given",
    ]);
  });

  test("ends by a time that is after its begin", () => {
    const times = { "not-before": "2026-01-15T22:00:00+01:00", "must-open-by": "2026-01-15T20:00:00Z" };
    expect(problems({ ...valid, ...times })).toEqual([
      "must-open-by: expected a time after not-before, 2026-01-15T22:00:00+01:00",
    ]);
  });

  test("takes the inputs that are given always, whatever it uses of them", () => {
    const always = {
      ...{ "plan-of": "upgrade", snapshot: "required", "empty-database": "false", pause: "false", traffic: "closed" },
      ...{ audience: "intermission", wait: "true", timeout: "2h", "on-cancel": "detach", "github-token": "ghs_x" },
    };
    for (const procedure of ["first-start", "maintenance-begin", "maintenance-end"])
      expect(problems({ ...base, ...always, procedure })).toEqual([]);
    for (const procedure of ["rollback", "restore", "status"])
      expect(problems({ ...base, ...id, ...always, procedure })).toEqual([]);
  });

  test("that does not exist is refused once", () => {
    expect(problems({ ...valid, procedure: "upgarde" })).toEqual([
      'procedure: expected one of upgrade, first-start, maintenance-begin, maintenance-end, rollback, decide, restore, plan, status, found "upgarde"',
    ]);
  });
});

describe("the idempotency key", () => {
  const keyOf = (given: Record<string, string>, run = workflowRun) => {
    const result = read(given, run);
    return result.ok && result.inputs.work.do === "start" ? result.inputs.work.idempotencyKey : undefined;
  };

  test("differs for another attempt, step and target, so that each is a new request", () => {
    const keys = [
      keyOf(valid),
      keyOf(valid, { ...workflowRun, runAttempt: "2" }),
      keyOf(valid, { ...workflowRun, action: "window2" }),
      keyOf({ ...valid, target: "crm-staging" }),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  test("can be given", () => {
    expect(keyOf({ ...valid, "idempotency-key": "release-1.9.4" })).toBe("release-1.9.4");
  });

  test("must be given where GitHub says no run", () => {
    const result = read(valid, { serverUrl: "https://github.com" });
    expect(result).toEqual({
      ok: false,
      problems: ["idempotency-key: expected a value, since GITHUB_RUN_ID is not set"],
    });
  });
});
