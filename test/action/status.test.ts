import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, operationId } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { image, rolledBack, succeeds } from "./scripts.ts";

type Options = { afterSeconds: number; script?: typeof succeeds; target?: string; wait?: string };

function status({ afterSeconds, script = succeeds, target = "crm-production", wait = "true" }: Options) {
  return inVirtualTime(async () => {
    const api = fakeApi({ script });
    api.requestEarlier("crm-production", { procedure: "upgrade", image, snapshot: "required" });
    await systemClock.sleep(afterSeconds * 1_000);
    const given = { procedure: "status", image: "", "operation-id": operationId, target, wait };
    const ended = await runAction(api.fetch, { given });
    return { ...ended, tookMs: systemClock.now() - Date.parse("2026-01-15T02:00:00.000Z") - afterSeconds * 1_000 };
  });
}

test("status follows an operation that another run started, telling its whole story", async () => {
  const { exitCode, outputs, lines } = await status({ afterSeconds: 300 });
  expect({ exitCode, status: outputs.status }).toEqual({ exitCode: 0, status: "succeeded" });
  expect(lines).toContainEqual(expect.stringContaining("preflight: looks at everything"));
});

test("status with wait: false looks once", async () => {
  const { exitCode, outputs, tookMs } = await status({ afterSeconds: 300, wait: "false" });
  expect({ exitCode, status: outputs.status, tookMs }).toEqual({ exitCode: 0, status: "running", tookMs: 0 });
});

test("status of an operation that did not succeed fails, even when it only looks", async () => {
  const { exitCode, outputs } = await status({ afterSeconds: 1_000, script: rolledBack, wait: "false" });
  expect({ exitCode, status: outputs.status }).toEqual({ exitCode: 1, status: "rolled-back" });
});

test("status refuses an operation of another target", async () => {
  const { exitCode, lines, outputs } = await status({ afterSeconds: 1, target: "crm-staging" });
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toContain(`operation ${operationId} works on crm-production, expected one of crm-staging`);
  expect(outputs["operation-id"]).toBe("");
});
