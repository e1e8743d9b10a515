import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arnMatcher } from "../../../src/sandbox/cloud/iam/arn-pattern.ts";
import { matchesWildcard } from "../../../src/sandbox/cloud/iam/wildcard.ts";

const letters = (alphabet: string, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet.split("")), { maxLength }).map((all) => all.join(""));

/** The same by definition instead of by search: short inputs only. */
function matchesByDefinition(text: string, pattern: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === "";
  const remaining = rest.join("");
  if (first === "*")
    return Array.from({ length: text.length + 1 }, (_, i) => text.slice(i)).some((tail) =>
      matchesByDefinition(tail, remaining),
    );
  return text !== "" && (first === "?" || first === text[0]) && matchesByDefinition(text.slice(1), remaining);
}

describe("a wildcard", () => {
  test("matches exactly what its definition says", () => {
    fc.assert(
      fc.property(letters("ab:.", 8), letters("ab:.*?", 8), (text, pattern) => {
        expect(matchesWildcard(text, pattern)).toBe(matchesByDefinition(text, pattern));
      }),
      { numRuns: 500 },
    );
  });

  test("matches a text that was made from it", () => {
    const piece = fc.oneof(
      letters("ab/:[(\\^$", 3).map((literal) => ({ pattern: literal, text: literal })),
      letters("xyz", 4).map((text) => ({ pattern: "*", text })),
      fc.constantFrom("x", "*", "?", ".").map((text) => ({ pattern: "?", text })),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const join = (part: "pattern" | "text") => pieces.map((each) => each[part]).join("");
        expect(matchesWildcard(join("text"), join("pattern"))).toBe(true);
      }),
    );
  });

  test("takes no longer than the product of the lengths for a hostile pattern", () => {
    const startedAt = performance.now();
    for (const pattern of [
      `${"*a".repeat(200)}b`,
      `${"*?a*".repeat(100)}b`,
      `${"*".repeat(500)}b`,
      `*${"a".repeat(500)}b`,
    ])
      expect(matchesWildcard(`${"a".repeat(1_000)}c`, pattern)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("an ARN with wildcards", () => {
  const service = "arn:aws:ecs:eu-central-1:111122223333:service/crm/crm-web";

  test.each([
    ["*", service],
    [service, service],
    ["arn:aws:ecs:*:*:service/*", service],
    ["arn:aws:ecs:eu-central-1:111122223333:service/*/crm-???", service],
    [
      "arn:aws:rds:eu-central-1:111122223333:snapshot:intermission-*",
      "arn:aws:rds:eu-central-1:111122223333:snapshot:intermission-a:b",
    ],
    ["*", "*"],
  ])("%s matches %s", (pattern, text) => expect(arnMatcher(pattern)(text)).toBe(true));

  test.each([
    ["arn:aws:ecs:eu-central-1:111122223333:service/crm/CRM-web", service],
    ["arn:aws:ecs:eu-central-1:111122223333:service/crm", service],
    // A wildcard in one of the first five parts does not reach into the next.
    ["arn:aws:*:service/crm/crm-web:x:y", "arn:aws:a:b:c:service/crm/crm-web:x:y"],
    ["arn:*:ecs:eu-central-1:111122223333:*", "arn:aws:rds:ecs:eu-central-1:111122223333:db"],
    ["arn:aws:ecs:*:*:*", "*"],
  ])("%s does not match %s", (pattern, text) => expect(arnMatcher(pattern)(text)).toBe(false));
});
