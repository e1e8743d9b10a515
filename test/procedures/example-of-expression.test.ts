import { expect, test } from "vitest";
import { exampleOf } from "../../src/procedures/example-of-expression.ts";

test.each([
  ["^/api/v[12]/.*$", "/api/v1/"],
  ["^/(crm|sales)/?$", "/crm"],
  ["^(?:a{2,3}|b)\\d+\\.html$", "aa1.html"],
  ["^[^/]+\\.example\\.com$", "x.example.com"],
])("finds a text that %s matches", (expression, example) => {
  expect(exampleOf(expression)).toBe(example);
  expect(new RegExp(expression).test(example)).toBe(true);
});

test.each(["(", "a)b", "[", "*a"])("gives up on %s", (expression) => {
  expect(exampleOf(expression)).toBeUndefined();
});
