import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Interception, networkError, operationId, problem } from "./fake-api.ts";
import { recordingCore } from "./recording-core.ts";
import { runAction } from "./run-action.ts";
import { succeeds } from "./scripts.ts";

async function withTrouble(intercept: Interception, given: Record<string, string> = {}, toolkit = recordingCore()) {
  const api = fakeApi({ script: succeeds, intercept });
  const ended = await inVirtualTime(() => runAction(api.fetch, { given, toolkit }));
  const starts = api.calls.filter((call) => call.method === "POST");
  return { ...ended, calls: api.calls, starts };
}

describe("starting an operation", () => {
  test("is tried again with the same key after a gateway's error, a throttle and a broken line", async () => {
    const troubles = [problem(502, {}), problem(429, {}), problem(500, {}), undefined];
    const { exitCode, starts, lines } = await withTrouble((call, count) => {
      if (count === 4) throw networkError("ECONNRESET");
      return call.method === "POST" ? troubles[count - 1] : undefined;
    });
    expect(exitCode).toBe(0);
    expect(starts).toHaveLength(5);
    expect(new Set(starts.map((call) => call.key)).size).toBe(1);
    expect(starts.map((call) => call.at - starts[0]!.at)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(lines.filter((line) => line.includes("API: "))).toHaveLength(5);
  });

  test("comes back no sooner than Retry-After says, as seconds or as a date", async () => {
    const { starts } = await withTrouble((_, count) => {
      if (count === 1) return problem(503, {}, { "retry-after": "17" });
      if (count === 2) return problem(503, {}, { "retry-after": "Thu, 15 Jan 2026 02:01:00 GMT" });
      return undefined;
    });
    expect(starts.map((call) => call.at - starts[0]!.at)).toEqual([0, 17_000, 60_000]);
  });

  test("is given up after five minutes, with the truth: it may have been started", async () => {
    const { exitCode, lines, summary } = await withTrouble(() => problem(504, { title: "Gateway Timeout" }));
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("::error Nobody knows whether crm-production is being worked on::");
    expect(summary).toContain("123456:77:1:upgrade:window:crm-production");
  });

  test("that never reached the API is known not to have started anything", async () => {
    const { exitCode, lines } = await withTrouble(() => {
      throw networkError("ENOTFOUND");
    });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toMatch(/^::error Intermission did not start on crm-production::.*connect ENOTFOUND/);
  });

  test("is not tried again when the API says no", async () => {
    const wrong = { pointer: "/image", message: "expected a tag, found none", expected: "a tag", found: "none" };
    const refusal = problem(422, { title: "Invalid", errors: [wrong], fix: "Mend it." });
    const { exitCode, starts, lines, summary } = await withTrouble(() => refusal);
    expect(exitCode).toBe(1);
    expect(starts).toHaveLength(1);
    expect(lines.at(-1)).toContain("422: Invalid; /image: expected a tag, found none (Mend it.)");
    expect(summary).toContain("❌ Intermission did not start on crm-production");
  });

  test("repeats what the access rules lack", async () => {
    const claim = { claim: "ref", message: "expected refs/tags/v*, found refs/heads/x", expected: "", found: "" };
    const { lines } = await withTrouble(() => problem(403, { title: "Not allowed", errors: [claim] }));
    expect(lines.at(-1)).toContain("403: Not allowed; ref: expected refs/tags/v*, found refs/heads/x");
  });

  test("repeats what a gateway says in its own form", async () => {
    const { lines } = await withTrouble(() => problem(403, { message: "Forbidden by the firewall" }));
    expect(lines.at(-1)).toContain("403: Forbidden by the firewall");
  });

  test("finds out that api-url leads elsewhere", async () => {
    const html = () => new Response("<h1>Welcome</h1>", { status: 200, headers: { "content-type": "text/html" } });
    expect((await withTrouble(html)).lines.at(-1)).toContain("found text/html: api-url does not seem to be");
    const moved = () => new Response(null, { status: 301, headers: { location: "https://www.example.com/" } });
    expect((await withTrouble(moved)).lines.at(-1)).toContain("it redirects to https://www.example.com/");
  });
});

describe("a target that is taken", () => {
  const taken = problem(409, {
    code: "target-locked",
    title: "Another operation is active on the target",
    detail: `Operation ${operationId} is active.`,
    holder: { id: operationId, href: `/v1/operations/${operationId}` },
  });

  test("is refused with who holds it and since when", async () => {
    const api = fakeApi({
      intercept: (call) => (call.method === "POST" ? taken.clone() : undefined),
    });
    const { exitCode, lines } = await inVirtualTime(() => {
      api.requestEarlier("crm-production", { procedure: "upgrade", image: "crm:2", snapshot: "required" });
      return runAction(api.fetch);
    });
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain(
      `crm-production is taken: octo/crm (ada) holds it since 2026-01-15T02:00:00.000Z with operation ${operationId} (upgrade to crm:2, pending, see https://github.com/octo/crm/actions/runs/77).`,
    );
  });

  test("is refused with what the API said where the holder may not be read", async () => {
    const { lines } = await withTrouble((call) =>
      call.method === "POST" ? taken.clone() : problem(403, { title: "Forbidden" }),
    );
    expect(lines.at(-1)).toContain(`crm-production is taken: Operation ${operationId} is active.`);
  });

  test("that is frozen says so, though that too is a conflict", async () => {
    const frozen = problem(409, { code: "target-frozen", title: "The target is frozen", detail: "Year end." });
    expect((await withTrouble(() => frozen)).lines.at(-1)).toContain("409: The target is frozen: Year end.");
  });
});

describe("following an operation", () => {
  test("outlives an API that is away for minutes, and says so", async () => {
    let firstFailure: number | undefined;
    const { exitCode, lines } = await withTrouble((call, count) => {
      if (count > 20) firstFailure ??= call.at;
      if (firstFailure && call.at - firstFailure < 4 * 60_000) throw networkError("ECONNREFUSED");
      return undefined;
    });
    expect(exitCode).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/API: answers again after 4 min \d\d s/));
  });

  test("gives up when the API stays away past the step's time, and says that the operation goes on", async () => {
    const { exitCode, lines, outputs } = await withTrouble((_, count) => (count > 20 ? problem(503, {}) : undefined), {
      timeout: "10m",
    });
    expect(exitCode).toBe(1);
    expect(outputs["operation-id"]).toBe(operationId);
    expect(lines.at(-1)).toContain("the operation goes on by itself");
  });

  test("says that the operation goes on when the API forbids to look", async () => {
    const { exitCode, lines } = await withTrouble((_, count) =>
      count > 5 ? problem(403, { title: "No" }) : undefined,
    );
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toContain("::error The upgrade of crm-production could not be followed::");
    expect(lines.at(-1)).toContain("The operation goes on by itself.");
  });

  test("needs no receipt to succeed", async () => {
    const { exitCode, outputs, lines } = await withTrouble((call) =>
      call.path.endsWith("/receipt") ? problem(404, { title: "Not found" }) : undefined,
    );
    expect({ exitCode, receipt: outputs.receipt }).toEqual({ exitCode: 0, receipt: "" });
    expect(lines).toContainEqual(expect.stringContaining("::warning Intermission: no receipt::"));
  });
});

describe("the OIDC token", () => {
  test("is asked for with the audience, kept for four minutes, and never older", async () => {
    const { recorded, core } = recordingCore();
    const { calls, tokensAsked } = await withTrouble(() => undefined, { audience: "ours" }, { recorded, core });
    expect(new Set(tokensAsked)).toEqual(new Set(["ours"]));
    const firstUse = new Map<string, number>();
    for (const call of calls) {
      const born = firstUse.get(call.authorization) ?? call.at;
      firstUse.set(call.authorization, born);
      expect(call.at - born).toBeLessThanOrEqual(4 * 60_000);
    }
    expect(tokensAsked).toHaveLength(2);
  });

  test("is replaced once when the API refuses it", async () => {
    const { exitCode, calls } = await withTrouble((call) =>
      call.authorization === "Bearer token-1" ? problem(401, { title: "Expired" }) : undefined,
    );
    expect(exitCode).toBe(0);
    expect(calls.filter((call) => call.authorization === "Bearer token-1")).toHaveLength(1);
  });

  test("that the API never accepts ends the step", async () => {
    const { exitCode, starts } = await withTrouble(() => problem(401, { title: "Unknown issuer" }));
    expect({ exitCode, starts: starts.length }).toEqual({ exitCode: 1, starts: 2 });
  });

  test("that the job may not have says which permission is missing", async () => {
    const getIDToken = async () => {
      throw new Error("Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable");
    };
    const { exitCode, calls, lines } = await withTrouble(() => undefined, {}, recordingCore({ getIDToken }));
    expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: [] });
    expect(lines.at(-1)).toContain("permissions: { id-token: write, contents: read }");
  });

  test("that GitHub cannot give for a while is waited for", async () => {
    let asked = 0;
    const getIDToken = async () => {
      asked += 1;
      if (asked < 3) throw new Error("Error message: Failed to get ID Token. \n Error Code : 503");
      return "late";
    };
    const { exitCode } = await withTrouble(() => undefined, {}, recordingCore({ getIDToken }));
    expect(exitCode).toBe(0);
  });
});
