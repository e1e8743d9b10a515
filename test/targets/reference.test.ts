import { expect, it } from "vitest";
import { parse } from "yaml";
import { presetNames } from "../../src/targets/presets/preset.ts";
import { optionsAsMarkdown } from "../../src/targets/reference.ts";
import { targetSchema } from "../../src/targets/schema.ts";

const rowOf = (key: string) =>
  optionsAsMarkdown()
    .split("\n")
    .find((line) => line.startsWith(`| \`${key}\``));

it("says of every key what it takes, what it is unless given, and what it means", () => {
  expect(rowOf("targets.<name>.cluster")).toBe(
    "| `targets.<name>.cluster` | text | **required** | The ECS cluster, by name or ARN |",
  );
  expect(rowOf("targets.<name>.app")).toContain("`generic` | **required** |");
  expect(rowOf("targets.<name>.snapshot.keep")).toContain("| whole number from 1 to 50 | `5` |");
  expect(rowOf("targets.<name>.frozen")).toContain("| text | optional |");
});

it("reaches into lists, choices and named entries", () => {
  for (const key of ["services[].container", "database.instance", "access.github[].allow", "probes.inventory.items"])
    expect(rowOf(`targets.<name>.${key}`), key).toBeDefined();
});

it("describes what several keys take alike once, and leads there", () => {
  expect(rowOf("targets.<name>.probes.fatal")).toContain("list, each [match](#match)");
  expect(rowOf("any[].header.name")).toBeDefined();
});

it("shows what each preset fills in, as a configuration that is valid", () => {
  const shown = [...optionsAsMarkdown().matchAll(/^### (\w+)\n\n```yaml\n([\s\S]*?)```/gm)];
  expect(shown.map(([, name]) => name)).toEqual(presetNames);
  for (const [, , filledIn] of shown)
    expect(
      targetSchema.pick({ probes: true, leaderEnvironment: true }).safeParse(parse(filledIn!)).error,
    ).toBeUndefined();
});
