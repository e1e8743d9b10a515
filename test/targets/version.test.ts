import { describe, expect, it } from "vitest";
import { compareVersions, isVersion } from "../../src/targets/version.ts";

describe("the order of versions", () => {
  it("is that of semantic versions, with as many numbers as there are", () => {
    const ordered = [
      "0.21.0",
      "1.9.74",
      "2.0.0-alpha.2",
      "2.0.0-alpha.10",
      "2.0.0-beta",
      "2.0.0",
      "2.0.0.1",
      "v2.1",
      "10.0",
    ];
    for (const [place, version] of ordered.entries())
      for (const [other, another] of ordered.entries())
        expect(Math.sign(compareVersions(version, another)!), `${version} and ${another}`).toBe(
          Math.sign(place - other),
        );
  });

  it("leaves out build metadata, and is unknown for what is no version", () => {
    expect(compareVersions("2.0.0+a", "2.0.0+b")).toBe(0);
    expect(compareVersions("latest", "2.0.0")).toBeUndefined();
  });
});

it.each([
  ["2.0.0", "2.0.0", "exact", true],
  ["v2.0.0", "2.0.0", "exact", false],
  ["v2.0", "2.0.0", "semver", true],
  ["2.0.1", "2.0.0", "semver", false],
  ["a1b2c3d", "a1b2c3d", "semver", true],
  ["10.7.0.96327", "10.7.0", "prefix", true],
  ["10.70.0", "10.7", "prefix", false],
  ["10.7", "10.7.0", "prefix", false],
] as const)("%s for %s, compared %s: %s", (reported, wanted, match, same) => {
  expect(isVersion(reported, wanted, match)).toBe(same);
});
