import * as ecs from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { type ConstraintStyle, createConstraints, type Rule } from "../../../src/sandbox/wire/constraints.ts";
import type { AwsError } from "../../../src/sandbox/wire/errors.ts";

function violation(style: ConstraintStyle, input: object, rules: Record<string, Rule>): string | undefined {
  try {
    createConstraints(style).check(input, rules);
    return undefined;
  } catch (error) {
    const { code, status, message } = error as AwsError;
    return `${status} ${code}: ${message}`;
  }
}

describe("one rule at a time, in the words of the common front", () => {
  const said = (input: object, rules: Record<string, Rule>) =>
    violation("application-autoscaling", input, rules)?.replace(/^.* detected: /, "");

  test.each<[string, object, Record<string, Rule>, string]>([
    ["enum", { a: "X" }, { a: { oneOf: ["A", "B"] } }, "Member must satisfy enum value set: [A, B]"],
    [
      "SDK enum",
      { a: "X" },
      { a: { oneOf: ecs.AssignPublicIp } },
      "Member must satisfy enum value set: [DISABLED, ENABLED]",
    ],
    ["minimum", { a: -1 }, { a: { min: 0 } }, "Member must have value greater than or equal to 0"],
    ["maximum", { a: 6 }, { a: { max: 5 } }, "Member must have value less than or equal to 5"],
    ["integer", { a: 1.5 }, { a: { integer: true } }, "Member must be an integer"],
    ["short text", { a: "" }, { a: { minLength: 1 } }, "Member must have length greater than or equal to 1"],
    ["long list", { a: ["x", "y"] }, { a: { maxLength: 1 } }, "Member must have length less than or equal to 1"],
    ["pattern", { a: "xAx" }, { a: { pattern: /[a-z]+/ } }, "Member must satisfy regular expression pattern: [a-z]+"],
    ["required", {}, { a: { required: true } }, "Member must not be null"],
  ])("%s", (_name, input, rules, constraint) => {
    expect(said(input, rules)).toContain(`at 'a' failed to satisfy constraint: ${constraint}`);
  });

  test("nothing where every rule is kept, or the member is absent", () => {
    const rules = { a: { min: 0, max: 5, integer: true }, b: { pattern: /[a-z]+/, minLength: 1, oneOf: ["x"] } };
    expect(said({ a: 5, b: "x" }, rules)).toBeUndefined();
    expect(said({}, rules)).toBeUndefined();
  });

  test("reaches into structures and every item of a list", () => {
    const input = { d: { percent: 201 }, tags: [{ key: "ok" }, { key: "" }] };
    const words = violation("lambda", input, {
      "d.percent": { max: 200 },
      "tags[].key": { minLength: 1 },
      "x.y": { min: 1 },
    });
    expect(words).toBe(
      "400 ValidationException: 2 validation errors detected: " +
        "Value '201' at 'd.percent' failed to satisfy constraint: Member must have value less than or equal to 200; " +
        "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });
});

test.each<[ConstraintStyle, string]>([
  ["ecs", "400 InvalidParameterException: n: Member must have value less than or equal to 1"],
  [
    "ecr",
    "400 InvalidParameterException: Invalid parameter at 'n' failed to satisfy constraint: 'Member must have value less than or equal to 1'",
  ],
  ["rds", "400 InvalidParameterValue: Invalid value '2' for n: Member must have value less than or equal to 1"],
  [
    "elbv2",
    "400 ValidationError: 1 validation error detected: Value '2' at 'n' failed to satisfy constraint: Member must have value less than or equal to 1",
  ],
])("%s has its own code and words", (style, words) => {
  expect(violation(style, { n: 2 }, { n: { max: 1 } })).toBe(words);
});

test("absent members are worded for a mount in the same style", () => {
  const missing = (style: ConstraintStyle) => {
    const { code, message } = createConstraints(style).missing(["a", "b.c"]);
    return `${code}: ${message}`;
  };
  expect(missing("ecs")).toBe("InvalidParameterException: a must not be null; b.c must not be null");
  expect(missing("rds")).toBe("MissingParameter: The request must contain the parameter a");
  expect(missing("elbv2")).toContain("ValidationError: 2 validation errors detected: Value null at 'a'");
});
