import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, operationId, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { held, image, refused, rolledBack, succeeds, untilBackedUp } from "./scripts.ts";

const follow = (script: Script, given: Record<string, string> = {}) =>
  inVirtualTime(() => runAction(fakeApi({ script }).fetch, { given }));

describe("an upgrade that succeeds", () => {
  test("exits with 0 and says everything a later step needs", async () => {
    const { exitCode, outputs } = await follow(succeeds);
    expect(exitCode).toBe(0);
    const { receipt, ...others } = outputs;
    expect(JSON.parse(receipt!)).toMatchObject({ operation: operationId, outcome: "succeeded" });
    expect(others).toEqual({
      "operation-id": operationId,
      "live-url": "",
      "waiting-for": "",
      "bypass-header": "",
      "deployment-id": "",
      "operation-url": `https://intermission.example.com/v1/operations/${operationId}`,
      status: "succeeded",
      site: "open",
      "window-seconds": "426.2",
      snapshot: "crm-db-3f9a2c",
      version: "1.9.4",
      image,
      "plan-ok": "",
      plan: "",
    });
  });

  test("logs a group a phase and a line a transition, each with its time", async () => {
    const { lines } = await follow(succeeds);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/succeeds.log.txt");
  });

  test("summarises the window, the nodes and what infrastructure-as-code must carry", async () => {
    const { summary } = await follow(succeeds);
    await expect(summary).toMatchFileSnapshot("golden/succeeds.summary.txt");
  });

  test("asks the API no more than about once per long poll or event", async () => {
    const api = fakeApi({ script: succeeds });
    await inVirtualTime(() => runAction(api.fetch));
    expect(api.calls.length).toBeLessThan(2 * (succeeds.length + 436 / 20));
  });
});

describe("an operation that does not succeed", () => {
  test.for([
    ["rolled-back", rolledBack, "open"],
    ["held", held, "closed"],
    ["refused", refused, "open"],
  ] as const)("%s: exits with 1, says what is true and what to do", async ([status, script, site]) => {
    const { exitCode, outputs, summary, lines } = await follow(script);
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ status, site, image: "" });
    await expect(summary).toMatchFileSnapshot(`golden/${status}.summary.txt`);
    await expect(`${lines.slice(-2).join("\n")}\n`).toMatchFileSnapshot(`golden/${status}.end.txt`);
  });

  test("waits through an approval and says how to give it, and how much time is left", async () => {
    const approved: Script = [
      ...untilBackedUp,
      [350, { type: "waiting", for: "before-open", until: "2026-01-15T02:20:00.000Z", otherwise: "goes back" }],
      [
        380,
        {
          type: "progress",
          phase: "verify",
          message: "waits for a decision (before-open): 10 min left, then goes back",
        },
      ],
      [600, { type: "decided", decision: "proceed", by: { kind: "iam", id: "x", name: "ada", details: {} } }],
      [700, { type: "finished", status: "succeeded" }],
    ];
    const { exitCode, lines } = await follow(approved);
    expect(exitCode).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^::notice Intermission waits for a decision::/));
    expect(lines).toContainEqual("  10:00  ada decided: proceed");
    expect(lines.filter((line) => line.includes("left, then: goes back"))).toEqual([
      "  10:00  waits for a decision: 10 min 00 s left, then: goes back",
    ]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^::warning Intermission still waits for a decision::.*10 min left/),
    );
  });
});

describe("the step's own time", () => {
  test("is up: exits with 1 and says that the operation goes on", async () => {
    const { exitCode, outputs, lines, summary } = await follow(untilBackedUp, { timeout: "90s" });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ status: "running", site: "closed", "window-seconds": "" });
    expect(lines.at(-1)).toContain("is not over after 1 min 30 s::This step gave up waiting; the operation goes on");
    expect(lines.at(-1)).toContain(`procedure: status and operation-id: ${operationId}`);
    expect(summary).toContain("under way");
  });

  test("is not used up with wait: false", async () => {
    const { exitCode, outputs, lines } = await follow(succeeds, { wait: "false" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ "operation-id": operationId, status: "pending" });
    expect(lines.at(-1)).toContain("It goes on by itself");
  });

  test("is no silence: a long phase says once a minute that it goes on", async () => {
    const { lines } = await follow(succeeds);
    expect(lines.filter((line) => line.includes("back-up goes on: ")).length).toBeGreaterThanOrEqual(3);
  });
});

test("an event that only a newer API knows does no harm", async () => {
  const newer = [...succeeds.slice(0, 3), [2, { type: "eclipse", of: "the moon" }], ...succeeds.slice(3)] as Script;
  const { exitCode, lines } = await follow(newer);
  expect(exitCode).toBe(0);
  expect(lines).toContain("   0:02  eclipse");
});
