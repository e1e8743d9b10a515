import { describe, expect, it } from "vitest";
import { createActionLog } from "../../src/demo/action-log.ts";
import { readLogLine } from "../../src/demo/workflow-commands.ts";

describe("a line of a step's output", () => {
  it.each([
    ["   0:01  ✓ not-frozen", { kind: "text", text: "   0:01  ✓ not-frozen" }],
    ["::group::   0:01  stop: stops every node", { kind: "group", title: "   0:01  stop: stops every node" }],
    ["::endgroup::", { kind: "end-group" }],
    [
      "::notice title=Done%2C at last%3A 3::It runs.%0ANext%3A 100%25",
      { kind: "annotation", level: "notice", title: "Done, at last: 3", message: "It runs.\nNext: 100%" },
    ],
    ["::error::no title", { kind: "annotation", level: "error", title: "", message: "no title" }],
    ["::add-mask::secret", { kind: "mask", value: "secret" }],
    ["::debug::ended over", { kind: "hidden" }],
    ["a line with ::notice:: in it", { kind: "text", text: "a line with ::notice:: in it" }],
  ])("%s is what the runner takes it for", (line, meaning) => {
    expect(readLogLine(line)).toEqual(meaning);
  });
});

const shown = (lines: string[], options = {}) => {
  const printed: string[] = [];
  const log = createActionLog(
    { print: (line = "") => void printed.push(line), paint: (style, text) => `<${[style].flat().join(" ")}>${text}` },
    options,
  );
  for (const line of lines) log.line(line);
  return printed;
};

describe("the action's log on a terminal", () => {
  it("has headings for groups, and neither their ends nor what is for debugging", () => {
    expect(
      shown(["::group::   0:01  stop: stops every node", "   0:02  2 of 3 nodes ended", "::endgroup::", "::debug::x"]),
    ).toEqual(["<bold cyan>   0:01  stop: stops every node", "   0:02  2 of 3 nodes ended"]);
  });

  it("shows an annotation's title and each of its sentences", () => {
    expect(shown(["::error title=It is held::The page is up.%0ADecide."])).toEqual([
      "",
      "<bold red>✗ It is held",
      "  The page is up.",
      "  Decide.",
    ]);
  });

  it("masks what the step asked to mask, and hides what it was told to hide", () => {
    expect(shown(["::add-mask::tok-123", "sends tok-123 to example.com/app:2"], { hide: ["example.com/"] })).toEqual([
      "sends *** to app:2",
    ]);
  });

  it("marks what failed and when the site closes and opens", () => {
    expect(shown(["   0:05  ✗ migrate failed", "   0:05  ✓ close done after 1 s", "   0:06  the site opens"])).toEqual([
      "<red>   0:05  ✗ migrate failed",
      "<green>   0:05  ✓ close done after 1 s",
      "<bold>   0:06  the site opens",
    ]);
  });
});
