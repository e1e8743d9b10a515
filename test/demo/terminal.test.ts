import { styleText } from "node:util";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/demo/answers.ts";
import { parseEnvironmentFile } from "../../src/demo/github-runner.ts";
import { inColumns } from "../../src/demo/terminal.ts";
import { sourceOf } from "../../src/demo/visitors.ts";
import { visitorsLine } from "../../src/demo/visitors-line.ts";

const plain = (_: unknown, text: string) => text;
const from = (kind: string, count: number): Answer[] =>
  Array.from({ length: count }, () => ({
    visitor: "ann",
    sentAt: 0,
    answeredAt: 0,
    from:
      kind === "page"
        ? { kind }
        : kind === "error"
          ? { kind, what: "502" }
          : { kind: "node", version: kind, node: "a" },
  }));

describe("what visitors get, in a line", () => {
  it("is a bar of one length, however the answers are shared out", () => {
    for (const answers of [
      from("1.4.2", 1),
      [...from("1.4.2", 7), ...from("page", 5), ...from("2.0.0", 1)],
      from("page", 90),
    ])
      expect(visitorsLine(answers, plain).match(/▇/g)).toHaveLength(24);
  });

  it("names only those who answered, in the order of an upgrade", () => {
    const line = visitorsLine([...from("error", 1), ...from("2.0.0", 3), ...from("page", 2)], plain);
    expect(line).toContain("visitors: 2 by the page, 3 by 2.0.0, 1 errors");
    expect(visitorsLine([], plain)).toBe("visitors: no answers");
  });
});

describe("rows", () => {
  it("stand below each other whatever colours they have", () => {
    const red = styleText("red", "ab", { validateStream: false });
    expect(
      inColumns([
        ["long name", "1"],
        [red, "2"],
      ]),
    ).toEqual(["long name  1", `${red}         2`]);
  });
});

describe("where an answer comes from", () => {
  const headers = { "x-version": "1.4.2", "x-node": "abc" };
  it.each([
    ["a node that serves", { status: 200, headers, body: "" }, { kind: "node", version: "1.4.2", node: "abc" }],
    ["the page", { status: 503, headers: {}, body: "<p>Back soon</p>" }, { kind: "page" }],
    ["the load balancer's own 503", { status: 503, headers: {}, body: "Service Unavailable" }, { kind: "error" }],
    ["a node that does not serve", { status: 503, headers, body: "Back soon" }, { kind: "error" }],
    ["nobody", new Error("connect ECONNREFUSED"), { kind: "error", what: "connect ECONNREFUSED" }],
  ])("is told for %s", (_, reply, source) => {
    expect(sourceOf(reply, "Back soon", 200)).toMatchObject(source);
  });
});

describe("the files of a job", () => {
  it("are read as the runner reads them", () => {
    const text =
      "one<<ghadelimiter_1\nvalue\nghadelimiter_1\nlines<<ghadelimiter_2\na\nb=c\nghadelimiter_2\nempty<<ghadelimiter_3\n\nghadelimiter_3\n";
    expect(parseEnvironmentFile(text)).toEqual({ one: "value", lines: "a\nb=c", empty: "" });
  });
});
