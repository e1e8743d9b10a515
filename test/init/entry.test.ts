import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { mapOf, textOf } from "../../src/init/entry.ts";
import { withMember } from "../../src/init/file-text.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "a\nb: c",
    "\r\nx",
    "\u2028y: 1",
    "\u0085z",
    "# `",
    "  - &a *b",
    "'\"",
    "---",
    "...",
    "? x",
    "\uFEFF",
    "\t",
  ),
);

test("no comment and no value can be anything else, whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ value: anyText, above: fc.array(anyText, { maxLength: 2 }), beside: anyText }), {
        minLength: 1,
        maxLength: 4,
      }),
      (entries) => {
        const text = textOf(mapOf(entries.map((entry, index) => ({ key: `k${index}`, ...entry }))), 2);
        const document = parseDocument(text);
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toEqual(Object.fromEntries(entries.map(({ value }, index) => [`k${index}`, value])));
      },
    ),
    { numRuns: 150 },
  );
});

const FILE = `# ours
deployment:
    account: "111122223333"   # spaces stay

targets:
    a:
        app: generic
        resources: # of a
          # first
          families:
          - old # why
        # about access
        access: {}
    b: {app: generic, resources: {families: [x]}}
# the end
`;
const value = () => mapOf([{ key: "families", value: ["new"] }]);

test("one member is set and every other byte stays", () => {
  expect(withMember(FILE, ["targets", "a", "resources"], value())).toBe(
    FILE.replace("          families:\n          - old # why\n", "          families:\n            - new\n"),
  );
  expect(withMember(FILE, ["targets", "c"], value())).toContain(
    "families: [x]}}\n    c:\n      families:\n        - new\n# the end\n",
  );
});

test("what cannot be changed in place is written anew with the same meaning", () => {
  const text = withMember(FILE, ["targets", "b", "resources"], value());
  expect(parseDocument(text).toJS()).toMatchObject({
    targets: { b: { app: "generic", resources: { families: ["new"] } } },
  });
  expect(text).toContain("# about access");
});
