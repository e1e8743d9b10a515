import { describe, expect, test } from "vitest";
import { holds, interpolate } from "../../../src/demo/workflow/expressions.ts";

const contexts = { inputs: { step: "end" }, steps: { window: { outputs: { "waiting-for": "before-open" } } } };

describe("an expression of a workflow", () => {
  test("is replaced where it stands", () => {
    const text =
      "$" + "{{ inputs.step == 'end' && 'proceed' || 'rollback' }}/$" + "{{ steps.window.outputs.nothing }}.";
    expect(interpolate(text, contexts)).toBe("proceed/.");
  });

  test("that is none is an error", () => {
    expect(() => interpolate("$" + "{{ inputs. }}", contexts)).toThrow();
    expect(() => interpolate("$" + "{{ nonsense.x }}", contexts)).toThrow("nonsense");
  });
});

describe("a condition", () => {
  test("that asks nothing about the status holds only as long as nothing failed", () => {
    expect(holds("inputs.step == 'end'", contexts, "success")).toBe(true);
    expect(holds("inputs.step == 'end'", contexts, "failure")).toBe(false);
    expect(holds(undefined, contexts, "failure")).toBe(false);
  });

  test("that asks about a failure holds after one", () => {
    const condition = "(failure() || cancelled()) && steps.window.outputs.waiting-for == 'before-open'";
    expect(holds(condition, contexts, "failure")).toBe(true);
    expect(holds(condition, contexts, "success")).toBe(false);
    expect(holds(condition, { ...contexts, steps: {} }, "failure")).toBe(false);
  });
});
