import { expect, test } from "vitest";
import { code, codeBlock, plain } from "../../src/action/markdown.ts";
import { oneLine, stopwatch } from "../../src/action/plain-text.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { fakeApi, type Script } from "./fake-api.ts";
import { runAction } from "./run-action.ts";

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
  expect(codeBlock("```\nx")).toBe("````\n```\nx\n````");
});

test("the stopwatch shows hours only when there are some", () => {
  expect([stopwatch(4_999), stopwatch(754_000), stopwatch(3_845_000)]).toEqual(["0:04", "12:34", "1:04:05"]);
});
