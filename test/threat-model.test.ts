import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const page = readFileSync("docs/threat-model.md", "utf8");
const [threats = "", remains = ""] = page.split("## What remains");
const rows = [...threats.matchAll(/^\| (?!threat|---)(?<threat>[^|]+) \| [^|]+ \| (?<shown>[^|]+) \|$/gm)].map(
  ({ groups }) => [groups!.threat!.trim(), groups!.shown!.trim()] as const,
);

/** Whether a file has a test of that title, as it stands in its source. */
function has(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const source = readFileSync(file, "utf8");
  return ['"', "'", "`"].some(
    (quote) => source.includes(`(${quote}${title}${quote},`) || source.includes(`${quote}${title}${quote},`),
  );
}

describe("the threat model", () => {
  test("is more than a handful, and says what remains", () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(remains.match(/^- \*\*/gm)?.length).toBeGreaterThan(8);
  });

  test.each(rows)("shows what stands against this by a test that exists: %s", (_threat, shown) => {
    const { file = "", title = "" } =
      /^`(?<file>test\/[\w./-]+\.test\.ts)` > "(?<title>.+)"$/.exec(shown)?.groups ?? {};
    expect(file, shown).not.toBe("");
    expect(has(file, title), shown).toBe(true);
  });

  test("would notice a test that was renamed", () => {
    expect(has("test/threat-model.test.ts", "would notice a test that was renamed")).toBe(true);
    expect(has("test/threat-model.test.ts", ["no test", "has this name"].join(" "))).toBe(false);
    expect(has("test/no-such-file.test.ts", "x")).toBe(false);
  });

  test("has no row without its test", () => {
    const lines = threats.split("\n").filter((line) => line.startsWith("| ") && line.split(" | ").length > 2);
    expect(lines.filter((line) => !line.startsWith("| threat") && !line.includes("`test/"))).toEqual([]);
  });
});
