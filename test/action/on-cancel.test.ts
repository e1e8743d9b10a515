import { describe, expect, test } from "vitest";
import { Interrupted } from "../../src/action/errors.ts";
import { systemClock } from "../../src/clock.ts";
import type { OperationRequest } from "../../src/operations/operation.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Interception, operationId, problem, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { beginsMaintenance, goesBack, maintenanceRequest, succeeds } from "./scripts.ts";

type Options = {
  intercept?: Interception;
  signal?: NodeJS.Signals;
  given?: Record<string, string>;
  script?: Script;
  afterDecision?: Script;
  /** Requested a while before by another step. */
  earlier?: OperationRequest;
};

/** Cancels the job after so many seconds. */
function cancelledAfter(seconds: number, options: Options = {}) {
  const { intercept, signal = "SIGINT", given, script = succeeds, afterDecision = goesBack, earlier } = options;
  return inVirtualTime(async () => {
    const interruption = new AbortController();
    const api = fakeApi({ script, afterDecision, intercept });
    if (earlier) {
      api.requestEarlier("crm-production", earlier);
      await systemClock.sleep(360_000);
    }
    let sentAt = Number.NaN;
    setTimeout(() => {
      sentAt = systemClock.now();
      interruption.abort(new Interrupted(signal));
    }, seconds * 1_000);
    const inputs = { "on-cancel": "rollback", ...given };
    const ended = await runAction(api.fetch, { given: inputs, interruption: interruption.signal });
    const decisions = api.calls.filter(({ path }) => path.endsWith("/decisions"));
    return { ...ended, decisions, tookMs: systemClock.now() - sentAt };
  });
}
const isDecision = ({ path }: { path: string }) => path.endsWith("/decisions");

describe("a cancelled job with on-cancel: rollback", () => {
  test("decides rollback, and says that the operation goes back by itself", async () => {
    const { exitCode, decisions, lines, outputs, tookMs } = await cancelledAfter(100);
    expect({ exitCode, tookMs }).toEqual({ exitCode: 1, tookMs: 0 });
    expect(decisions.map(({ body }) => body)).toEqual([{ decision: "rollback", comment: "the job was cancelled" }]);
    expect(lines.at(-1)).toContain("::error This step was stopped, the upgrade of crm-production goes back::");
    expect(lines.at(-1)).toContain(
      "The runner sent SIGINT; as on-cancel asks, rollback was decided, and the operation goes back by itself.",
    );
    expect(outputs).toMatchObject({ "operation-id": operationId, site: "closed" });
  });

  test("decides nothing that would throw away what visitors wrote", async () => {
    const { decisions, lines } = await cancelledAfter(400, {
      given: { procedure: "maintenance-end", image: "", decision: "proceed" },
      earlier: { ...maintenanceRequest, traffic: "open" },
      script: beginsMaintenance.filter(([, { type }]) => !type.startsWith("clos")),
      afterDecision: [[10, { type: "waiting", for: "before-open" }]],
    });
    expect(decisions).toHaveLength(1);
    expect(lines.at(-1)).toContain(
      "rollback was not decided, because it would throw away what visitors wrote since 2026-01-15T02:00:50.000Z. The operation goes on by itself.",
    );
  });

  test("leaves an operation alone that opens: nothing would act on it", async () => {
    const { decisions, lines } = await cancelledAfter(431);
    expect(decisions).toEqual([]);
    expect(lines.at(-1)).toContain("was stopped, the upgrade of crm-production was not::");
    expect(lines.at(-1)).toContain(
      "rollback was not decided, because nothing would act on it now. The operation goes on by itself.",
    );
  });

  test("says how the operation ended when that was sooner", async () => {
    const { decisions, lines } = await cancelledAfter(100, {
      script: [
        [0.5, { type: "started" }],
        [100, { type: "finished", status: "refused", problem: { code: "x", message: "y" } }],
      ],
    });
    expect(decisions).toEqual([]);
    expect(lines.at(-1)).toContain("crm-production was not touched");
  });

  test("says why it could not: the job may not decide", async () => {
    const { lines } = await cancelledAfter(100, {
      intercept: (call) => (isDecision(call) ? problem(403, { title: "Not allowed" }) : undefined),
    });
    expect(lines.at(-1)).toContain("rollback was not decided, because POST /v1/operations/");
    expect(lines.at(-1)).toContain("403: Not allowed. The operation goes on by itself.");
  });

  test.for([
    ["SIGINT", 5_000],
    ["SIGTERM", 1_500],
  ] as const)("gives up before the runner kills it after %s", async ([signal, withinMs]) => {
    const { tookMs, lines } = await cancelledAfter(100, {
      signal,
      intercept: (call) => (isDecision(call) ? problem(503, { title: "Away" }) : undefined),
    });
    expect(tookMs).toBeLessThanOrEqual(withinMs);
    expect(lines.at(-1)).toContain("rollback was not decided, because");
    expect(lines.at(-1)).toContain("Away");
  });

  test("does not take back what another step only decided upon", async () => {
    const { decisions } = await cancelledAfter(0.2, {
      given: { procedure: "decide", image: "", "operation-id": operationId, decision: "proceed" },
      intercept: async () => {
        await systemClock.sleep(10_000);
        return problem(404, { title: "No such operation" });
      },
    });
    expect(decisions).toEqual([]);
  });
});

test("a cancelled job detaches by default", async () => {
  const { decisions, lines } = await cancelledAfter(100, { given: { "on-cancel": "detach" } });
  expect(decisions).toEqual([]);
  expect(lines.at(-1)).toContain("The runner sent SIGINT; the operation goes on by itself.");
});
