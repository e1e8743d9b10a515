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
