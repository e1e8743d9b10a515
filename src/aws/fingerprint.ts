import { createHash } from "node:crypto";

/** The same for the same settings, in whatever order their members come. What is undefined is as if it were not there. */
export const fingerprint = (settings: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(settings)) ?? "")
    .digest("hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]),
  );
}
