import { isAbsolute, normalize } from "node:path";
import type { Finding } from "./findings.ts";

type Raw = Record<string, unknown>;
const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** Answers the text of a file that the configuration names, relative to the configuration. Throws where there is none. */
export type ReadNamed = (path: string) => string;

/** The configuration with the page files that its targets name put in as their pages' bodies, and what is wrong with those. */
export function withPageFiles(raw: unknown, read: ReadNamed): { raw: unknown; wrong: Finding[] } {
  if (!isRecord(raw) || !isRecord(raw.targets)) return { raw, wrong: [] };
  const wrong: Finding[] = [];
  const targets = Object.entries(raw.targets).map(([name, target]) => {
    if (!isRecord(target) || !isRecord(target.page) || typeof target.page.file !== "string") return [name, target];
    const { file, body } = target.page;
    const path = ["targets", name, "page", "file"];
    if (isAbsolute(file) || normalize(file).startsWith("..")) {
      wrong.push({ path, expected: "a path from this file's folder that stays in it", found: `"${file}"` });
      return [name, target];
    }
    if (body !== undefined) wrong.push({ path, expected: "either `file` or `body`", found: "both" });
    try {
      return [name, { ...target, page: { ...target.page, body: body ?? read(file) } }];
    } catch (error) {
      wrong.push({ path, expected: "a file that can be read", found: `"${file}" (${(error as Error).message})` });
      return [name, target];
    }
  });
  return { raw: { ...raw, targets: Object.fromEntries(targets) as Raw }, wrong };
}
