import { expect, it } from "vitest";
import { member, parseJsonPath } from "../../src/targets/json-path.ts";

const body = JSON.stringify({ a: { "b c": [{ name: "x" }, 2] }, "d.e": null, list: [1] });

it.each([
  ["a", { "b c": [{ name: "x" }, 2] }],
  ['a["b c"][0].name', "x"],
  ['$.a["b c"][1]', 2],
  ['["d.e"]', null],
  ["list[0]", 1],
  ["$", JSON.parse(body) as unknown],
])("%s is a member", (path, value) => {
  expect(member(body, path)).toEqual(value);
});

it.each(["a.x", "list.length", "list[1]", "a[0]", 'list["0"]', "toString", "a.b.c.d"])("%s is none", (path) => {
  expect(member(body, path)).toBeUndefined();
});

it.each(["", ".", "a.", ".a", "a..b", "a[", "a[-1]", "a[*]", "a[0:1]", "a['b']", "$..a", "$a.[0]", "a b", '["a'])(
  "refuses %j as a path",
  (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  },
);

it("has no members of what is no JSON", () => {
  expect(member("<html>", "a")).toBeUndefined();
});
