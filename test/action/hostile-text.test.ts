import fc from "fast-check";
import { expect, test } from "vitest";
import { code, codeBlock, plain } from "../../src/action/markdown.ts";
import type { Outcome } from "../../src/action/outcome.ts";
import { oneLine, stopwatch } from "../../src/action/plain-text.ts";
import { renderSummary } from "../../src/action/summary.ts";
import { judge } from "../../src/action/verdict.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { told } from "./told.ts";

test("what the application says cannot give the runner a command", async () => {
  const script: Script = [
    [1, { type: "phase-started", phase: "migrate" }],
    [2, { type: "progress", phase: "migrate", message: "ok\n::error::fake\r\n##[error]fake\u001b[2J" }],
    [3, { type: "finished", status: "succeeded" }],
  ];
  const { lines } = await inVirtualTime(() => runAction(fakeApi({ script }).fetch));
  expect(lines).toContain("   0:02  ok ::error::fake ## [error]fake");
});

test("one line stays one line, and of bearable length", () => {
  expect(oneLine("a\u2028b\u0000c\u200b\td")).toBe("a b c d");
  expect(oneLine("x".repeat(5_000))).toHaveLength(1_001);
});

test("text in the summary cannot become markup, nor leave its cell", () => {
  expect(plain("<img src=x> [a](javascript:b) | `c` & *d*\n# e")).toBe(
    "\\<img src=x\\> \\[a\\](javascript:b) \\| \\`c\\` &amp; \\*d\\* \\# e",
  );
  expect(code("a`b|c")).toBe("``a`b\\|c``");
  expect(code("a\\|b")).toBe("<code>a&#92;&#124;b</code>");
  expect(codeBlock("```\nx")).toBe("````\n```\nx\n````");
});

test("text of others calls nobody and refers to no issue", () => {
  expect(plain("@octo/team, see #12 and crm@sha256:ab")).toBe(
    "@<!-- -->octo/team, see \\#<!-- -->12 and crm@sha256:ab",
  );
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.constantFrom("|", "\\", "`", "\n", "<!--", "</details>", "|\n", "a", " "), { maxLength: 12 })
    .map((parts) => parts.join("")),
);
const checkResult = fc.record({
  ...{ name: hostile, looked: hostile, expected: hostile, found: hostile, fix: hostile },
  outcome: fc.constantFrom("passed" as const, "warned" as const, "failed" as const),
});
const node = fc.record({ taskArn: hostile, service: hostile, image: hostile, version: hostile, status: hostile });
const cells = (line: string) => line.replace(/\\[\s\S]/g, "").split("|").length;

test("whatever is in their cells, tables keep their columns, and what is folded its end", () => {
  fc.assert(
    fc.property(checkResult, node, hostile, (check, one, comment) => {
      const state = told([
        [1, { type: "check", check }],
        [2, { type: "nodes", when: "before", nodes: [one] }],
      ]);
      const operation = { ...state, request: { ...state.request, comment } };
      const outcome: Outcome = { kind: "left", operation };
      const summary = renderSummary({ outcome, verdict: judge(outcome, undefined) });
      for (const block of summary.split("\n\n").filter((each) => each.startsWith("|")))
        expect(new Set(block.split("\n").map(cells)).size).toBe(1);
      expect(summary.match(/^<\/details>$/gm)?.length ?? 0).toBe(summary.match(/<details>/g)?.length ?? 0);
    }),
  );
});

test("the stopwatch shows hours only when there are some", () => {
  expect([stopwatch(4_999), stopwatch(754_000), stopwatch(3_845_000)]).toEqual(["0:04", "12:34", "1:04:05"]);
});
