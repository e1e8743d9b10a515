import fc from "fast-check";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mermaidText } from "../../../src/action/mermaid-text.ts";
import { timelineBars } from "../../../src/action/timeline-bars.ts";
import { timelineGantt } from "../../../src/action/timeline-gantt.ts";
import { phaseNames } from "../../../src/operations/operation.ts";
import type { OperationState } from "../../../src/operations/state.ts";
import type { Script } from "../../action/fake-api.ts";
import { held, refused, rolledBack, succeeds, untilBackedUp } from "../../action/scripts.ts";
import { told } from "../../action/told.ts";
import { endings } from "../../operations/endings.ts";
import { openBrowser } from "../headless-chromium.ts";
import { type MermaidPage, mermaidPage, type Parsed } from "./mermaid-page.ts";

let browser: Browser;
let mermaid: MermaidPage;
beforeAll(async () => {
  browser = await openBrowser();
  mermaid = await mermaidPage(browser);
});
afterAll(() => browser.close());

/** What the chart must show, as Mermaid should have understood it. */
const shown = (state: OperationState) => {
  const { site, runbook } = timelineBars(state);
  return [
    ...site.map(({ name }) => `Site: ${mermaidText(name)}`),
    ...runbook.map(({ name }) => `Runbook: ${mermaidText(name)}`),
  ];
};
const understood = (parsed: Parsed | undefined) =>
  parsed && "tasks" in parsed ? parsed.tasks.map(({ section, name }) => `${section}: ${name}`) : parsed;

test("the real Mermaid reads of every procedure and ending what the chart is to show", async () => {
  const states = [
    ...[held, refused, rolledBack, succeeds, untilBackedUp, []].map(told),
    ...Object.values(endings).map(({ state }) => state),
  ];
  const parsed = await mermaid.parse(states.map((state) => timelineGantt(state)));
  expect(parsed.map(understood)).toEqual(states.map(shown));
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 120 }),
  fc.constantFrom(
    ...'a: b|;|#|%% x|%%{init: {}}%%|gantt|section x|title x|click a href|2026-01-01|---|\n  section y\n z :crit, 1d|```|<script>alert(1)</script>|style x:#;|after b|, , ,|"|}|\u2028|\ud800|excludes 2000-01-01|ﬂ°°1¶ß'.split(
      "|",
    ),
  ),
);
const by = hostile.map((name) => ({ kind: "iam" as const, id: "x", name, details: {} }));
const phase = fc.oneof(fc.constantFrom(...phaseNames), hostile as fc.Arbitrary<(typeof phaseNames)[number]>);
const fact: fc.Arbitrary<Script[number][1]> = fc.oneof(
  fc.record({ type: fc.constant("phase-started" as const), phase }),
  fc.record({
    type: fc.constant("phase-finished" as const),
    phase,
    outcome: fc.constantFrom("done" as const, "failed" as const),
  }),
  fc
    .constantFrom(
      ...(["closing-started", "closed", "opening-started", "opened", "waited", "point-of-no-return-passed"] as const),
    )
    .map((type) => ({ type })),
  fc.record({ type: fc.constant("waiting" as const), for: hostile as fc.Arbitrary<"maintenance"> }),
  fc.record({
    type: fc.constant("decided" as const),
    decision: fc.constantFrom("proceed" as const, "rollback" as const),
    by,
  }),
  fc.record({ type: fc.constant("taken-over" as const), epoch: fc.constant(2), why: hostile }),
  fc.record({ type: fc.constant("going-back" as const), why: hostile }),
  fc.record({ type: fc.constant("held" as const), problem: fc.record({ code: hostile, message: hostile }) }),
);
/** Nothing takes no time, something a second, and people take weeks. */
const script: fc.Arbitrary<Script> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(0, 0.001, 1, 90_000, 2_000_000), fc.double({ min: 0, max: 5_000, noNaN: true })),
      fact,
    ),
    { maxLength: 30 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(([after, what]): Script[number] => {
      at += after;
      return [at, what];
    });
  });

test("whatever happened, and whatever others call themselves, Mermaid reads what the chart is to show, and no more", async () => {
  await fc.assert(
    fc.asyncProperty(script, async (happened) => {
      const state = told(happened);
      const [parsed] = await mermaid.parse([timelineGantt(state)]);
      expect(understood(parsed)).toEqual(shown(state));
    }),
    { numRuns: 150 },
  );
});

describe("drawn", () => {
  test("what failed is marked, what took no time is still seen, and a phase that came twice is there twice", async () => {
    const twice: Script = [
      ...rolledBack.slice(0, -1),
      [900, { type: "phase-started", phase: "verify" }],
      [900, { type: "phase-finished", phase: "verify", outcome: "done" }],
      [901, { type: "phase-started", phase: "verify" }],
    ];
    await mermaid.draw(timelineGantt(told(twice)));
    const bars = await mermaid.page
      .locator("svg rect.task")
      .evaluateAll((all) =>
        all.map((each) => ({ width: Number(each.getAttribute("width")), looks: each.getAttribute("class") ?? "" })),
      );
    expect(Math.min(...bars.map(({ width }) => width))).toBeGreaterThan(3);
    expect(bars.filter(({ looks }) => /\bcrit/.test(looks))).toHaveLength(1);
    expect(await mermaid.page.locator("svg text", { hasText: /^verify / }).count()).toBe(2);
  });

  test.for(["UTC", "Asia/Kathmandu", "America/St_Johns"])(
    "the axis begins at zero for who looks from %s",
    async (zone) => {
      const there = await mermaidPage(browser, zone);
      await there.draw(timelineGantt(told(succeeds)));
      const ticks = await there.page.locator("svg .grid .tick text").allTextContents();
      expect(ticks.slice(0, 3)).toEqual(["00:00", "01:00", "02:00"]);
      await there.page.context().close();
    },
  );
});
