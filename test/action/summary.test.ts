import { describe, expect, test } from "vitest";
import type { Answered } from "../../src/action/answered.ts";
import { plain } from "../../src/action/markdown.ts";
import type { Outcome } from "../../src/action/outcome.ts";
import { fit } from "../../src/action/summary/fit.ts";
import { spanInWords } from "../../src/action/summary/times.ts";
import { renderSummary } from "../../src/action/summary.ts";
import { judge } from "../../src/action/verdict.ts";
import { waysToDecide } from "../../src/action/ways-to-decide.ts";
import { receiptOf } from "../../src/operations/receipt.ts";
import { waysOn } from "../../src/operations/ways-on.ts";
import { endings } from "../operations/endings.ts";
import type { Script } from "./fake-api.ts";
import { passedCheck, rolledBack, succeeds, untilBackedUp } from "./scripts.ts";
import { told } from "./told.ts";

const MEBIBYTE = 1_048_576;
const summaryOf = (outcome: Outcome, liveUrl?: string) =>
  renderSummary({ outcome, verdict: judge(outcome, "https://api/v1/operations/op"), liveUrl });
const over = (operation: Answered): Outcome => ({ kind: "over", operation, receipt: receiptOf(operation, []) });

describe("what is asked", () => {
  test("says of each decision what it does, what is lost and how to give it, and says it once", () => {
    const { state } = endings["an upgrade that is held while it opens"]!;
    const summary = summaryOf({ kind: "over", operation: state });
    expect(summary.split("restores the snapshot intermission-crm-1")).toHaveLength(2);
    expect(summary).toContain("| `decision: rollback`<br>`discards-from: 2026-01-15T02:25:00.000Z` |");
    expect(summary).toContain("| what visitors wrote since 2026-01-15 02:25:00 UTC |");
  });

  test("says who decides so, where not everybody may", () => {
    const { state } = endings["an upgrade that is held while it opens"]!;
    const [first, ...others] = waysOn(state);
    const by = "somebody else than acme/crm (@octocat)";
    const operation = { ...state, decisions: [{ ...first!, by }, ...others] };
    const summary = summaryOf({ kind: "over", operation });
    expect(summary).toContain("| Who decides so |");
    expect(summary).toContain(plain(by));
    expect(summary).toContain("| whoever may decide |");
    expect(waysToDecide(operation, undefined).join()).toContain(`; only by ${by}`);
  });

  test("is nothing where the operation is over, or goes on by itself", () => {
    for (const script of [succeeds, untilBackedUp])
      expect(summaryOf({ kind: "left", operation: told(script) })).not.toContain("What can be decided");
  });

  test("leads to the live page while it goes on, and not afterwards", () => {
    const live = "https://api/live/op?key=1.a";
    expect(summaryOf({ kind: "left", operation: told(untilBackedUp) }, live)).toContain(`[Watch it live](<${live}>)`);
    expect(summaryOf({ kind: "over", operation: told(succeeds) }, live)).not.toContain("live");
  });
});

describe("a summary that GitHub would drop for its size", () => {
  const huge = (bytes: number) => "ü".repeat(bytes / 2);
  const many = (count: number, bytes: number): Script =>
    Array.from({ length: count }, (_, index) => [
      2,
      { type: "check", check: { ...passedCheck, name: `check-${index}`, found: huge(bytes) } },
    ]);

  test("goes without its receipt first, and says where that is", () => {
    const summary = summaryOf(over(told([...succeeds, ...many(1, 600_000)])));
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expect(summary).toContain("The receipt does not fit here; the output `receipt` has it.");
    expect(summary).toContain("check-0");
    expect(summary).toContain("```mermaid");
  });

  test("then without its nodes and checks, and always says what is true and what to do", () => {
    const summary = summaryOf(over(told([...rolledBack, ...many(20, 100_000)])));
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expect(summary).toContain("The checks do not fit here; the operation has them.");
    expect(summary).toContain("Once the cause is gone, run it again");
    expect(summary).toContain("```mermaid");
  });

  test("is cut between lines where even its first words are too many", () => {
    const error = new Error(huge(3 * MEBIBYTE));
    const summary = summaryOf({ kind: "failed", target: "crm-production", error, doing: "start" });
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expect(summary).toMatch(
      /^## ❌ Intermission did not start on crm-production\n.*\n\nThe rest does not fit here\.\n$/s,
    );
  });

  test("is used up to its last byte", () => {
    const parts = [
      { rank: 1, text: "least", shorter: "l" },
      { rank: 2, text: "more" },
    ];
    const whole = "least\n\nmore\n";
    expect([whole.length, whole.length - 1, 8, 5].map((limit) => fit(parts, limit))).toEqual([
      whole,
      "l\n\nmore\n",
      "l\n\nmore\n",
      "more\n",
    ]);
  });
});

test("a phase whose run died is not told to be under way", () => {
  const died: Script = [
    ...untilBackedUp,
    [340, { type: "phase-started", phase: "migrate" }],
    [400, { type: "taken-over", epoch: 2, why: "the run ended without a word" }],
    [401, { type: "phase-started", phase: "migrate" }],
    [402, { type: "phase-finished", phase: "migrate", outcome: "done" }],
  ];
  const rows = summaryOf({ kind: "left", operation: told(died) }).match(/^\| migrate .*/gm);
  expect(rows).toEqual([
    "| migrate | +5 min 40 s | 1 min 00 s | ❌ did not end |",
    "| migrate | +6 min 41 s | 1.0 s | done |",
  ]);
});

test("an operation of an API that does not say when the site was what still has its chart", () => {
  const { sites: _, waits: __, takeovers: ___, ...older } = told(succeeds);
  expect(summaryOf({ kind: "over", operation: older as Answered })).toContain(
    "  section Runbook\n  preflight 3.0 s :done",
  );
});

test("a window within a day names the day once", () => {
  expect(spanInWords("2026-01-15T23:50:00.000Z", "2026-01-15T23:55:01.000Z")).toBe(
    "2026-01-15, 23:50:00 to 23:55:01 UTC",
  );
  expect(spanInWords("2026-01-15T23:50:00.000Z", "2026-01-16T00:10:00.000Z")).toBe(
    "2026-01-15 23:50:00 UTC to 2026-01-16 00:10:00 UTC",
  );
});
