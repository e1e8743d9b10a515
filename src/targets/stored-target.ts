import { z } from "zod";
import { type Target, targetSchema } from "./schema.ts";

const milliseconds = z.number().int().positive();
const approval = z.looseObject({ within: milliseconds.optional() });
const timeouts = z.record(z.string(), milliseconds);
const stored = z.looseObject({
  name: z.string().min(1),
  timeouts: timeouts.optional(),
  approval: approval.optional(),
});

/**
 * A target as an operation keeps it, which is as intermission.yml said it when the operation was requested. What an older version did not know yet
 * gets its default; what this version does not know, because a newer one wrote it, is wrong, as is what is missing or of another kind.
 * Answers what is wrong without the values, which may be secret.
 */
export function storedTarget(kept: unknown): { target: Target } | { wrong: string } {
  const read = stored.safeParse(kept);
  if (!read.success) return { wrong: inWords(read.error) };
  const { name, ...target } = read.data;
  const parsed = targetSchema.safeParse(asWritten(target));
  return parsed.success ? { target: { ...parsed.data, name } } : { wrong: inWords(parsed.error) };
}

/** Durations are written as text, and kept in milliseconds. */
function asWritten(target: Omit<z.output<typeof stored>, "name">): Record<string, unknown> {
  const written: Record<string, unknown> = { ...target };
  const waits = timeouts.safeParse(target.timeouts).data;
  if (waits) written.timeouts = Object.fromEntries(Object.entries(waits).map(([wait, ms]) => [wait, seconds(ms)]));
  const asked = approval.safeParse(target.approval).data;
  if (asked?.within !== undefined) written.approval = { ...asked, within: seconds(asked.within) };
  return written;
}
const seconds = (ms: number): string => `${ms / 1_000}s`;

const MOST = 5;
const inWords = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, MOST)
    .map(({ path, message, code }) => {
      const what = code === "custom" || code === "invalid_format" ? "another value" : message;
      return `${path.map(String).join(".") || "it"}: ${what}`;
    })
    .join("; ");
