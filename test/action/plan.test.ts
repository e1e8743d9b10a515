import { expect, test } from "vitest";
import type { Plan } from "../../src/operations/plan.ts";
import { sampleForecast } from "../operations/sample-forecast.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { failedCheck, image, mutation, passedCheck } from "./scripts.ts";

const good: Plan = {
  target: "crm-production",
  request: { procedure: "upgrade", image, snapshot: "required" },
  checks: [passedCheck],
  mutations: [mutation],
  waits: [{ phase: "close", until: "every address answers with the page", atMostSeconds: 60 }],
  forecast: sampleForecast,
  irreversible: ["From the start of the leader on, the old version may not run on this data"],
  ok: true,
};
const planned = (plan: Plan) => {
  const api = fakeApi({ plan });
  return inVirtualTime(async () => ({
    ...(await runAction(api.fetch, { given: { procedure: "plan" } })),
    calls: api.calls,
  }));
};

test("a plan whose checks all pass exits with 0, lists every change and starts nothing", async () => {
  const { exitCode, outputs, summary, calls } = await planned(good);
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ "plan-ok": "true", "operation-id": "", plan: JSON.stringify(good) });
  expect(calls.map((call) => `${call.method} ${call.path}`)).toEqual(["POST /v1/targets/crm-production/plan"]);
  await expect(summary).toMatchFileSnapshot("golden/plan.summary.txt");
});

test("a plan with a failed check exits with 1 and says what to do", async () => {
  const { exitCode, outputs, lines } = await planned({ ...good, checks: [failedCheck, passedCheck], ok: false });
  expect({ exitCode, ok: outputs["plan-ok"] }).toEqual({ exitCode: 1, ok: "false" });
  expect(lines.at(-1)).toMatch(
    /^::error crm-production cannot be upgraded now::1 of 2 checks failed.*Push the image$/s,
  );
});
