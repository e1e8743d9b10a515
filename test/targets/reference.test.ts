import { expect, it } from "vitest";
import { configurationAsMarkdown } from "../../src/targets/reference.ts";

const rowOf = (key: string) =>
  configurationAsMarkdown()
    .split("\n")
    .find((line) => line.startsWith(`| \`${key}\``));

it("says of every key what it takes, what it is unless given, and what it means", () => {
  expect(rowOf("targets.<name>.cluster")).toBe(
    "| `targets.<name>.cluster` | text | **required** | The ECS cluster, by name or ARN |",
  );
  expect(rowOf("targets.<name>.app")).toContain("| `nocobase`, `generic` | **required** |");
  expect(rowOf("targets.<name>.snapshot.keep")).toContain("| whole number from 1 to 50 | `5` |");
  expect(rowOf("targets.<name>.frozen")).toContain("| text | optional |");
});

it("reaches into lists, choices and named entries", () => {
  for (const key of ["services[].container", "database.instance", "access.github[].allow", "probes.fatal[].json.path"])
    expect(rowOf(`targets.<name>.${key}`), key).toBeDefined();
});
