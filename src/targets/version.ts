export type VersionMatch = "exact" | "semver" | "prefix";

type Version = { numbers: number[]; preRelease: string[] };

/** `2.1.0`, `v2.1`, `2.1.0-beta.3`, `10.7.0.96327`; build metadata after a plus is no part of it. Undefined where the text is no version. */
function parse(text: string): Version | undefined {
  const [, numbers, preRelease] =
    /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim()) ?? [];
  return numbers === undefined
    ? undefined
    : { numbers: numbers.split(".").map(Number), preRelease: preRelease?.split(".") ?? [] };
}

/** Below 0 where `a` is older than `b`, by the precedence of semantic versions; undefined where either is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return undefined;
  for (let place = 0; place < Math.max(left.numbers.length, right.numbers.length); place += 1) {
    const difference = (left.numbers[place] ?? 0) - (right.numbers[place] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.preRelease.length === 0 || right.preRelease.length === 0)
    return right.preRelease.length - left.preRelease.length;
  return comparePreReleases(left.preRelease, right.preRelease);
}

function comparePreReleases(left: string[], right: string[]): number {
  for (const [place, a] of left.entries()) {
    const b = right[place];
    if (b === undefined) return 1;
    if (a === b) continue;
    const areNumbers = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (areNumbers[0] && areNumbers[1]) return Number(a) - Number(b);
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return left.length - right.length;
}

/** The first number of a version; undefined where the text is none. */
export const majorOf = (version: string): number | undefined => parse(version)?.numbers[0];

/** Whether an application that reports one version runs the other. A prefix ends where a part of the version does: 10.7 is none of 10.70. */
export function isVersion(reported: string, expected: string, match: VersionMatch): boolean {
  switch (match) {
    case "exact":
      return reported === expected;
    case "semver":
      return (compareVersions(reported, expected) ?? (reported === expected ? 0 : 1)) === 0;
    case "prefix": {
      const [longer, shorter] = [reported, expected].map((text) => text.replace(/^v(?=\d)/, "")) as [string, string];
      return longer.startsWith(shorter) && !/^[0-9A-Za-z]/.test(longer.slice(shorter.length));
    }
  }
}
