// Writes openapi.json, docs/problems.md, docs/permissions.md, docs/events.schema.json, and the ends of docs/targets.md, docs/operations.md,
// docs/audit.md and docs/events.md from what the code says: node scripts/openapi.ts
import { readFileSync, writeFileSync } from "node:fs";
import { alarmsAsMarkdown } from "../infra/alarms-markdown.ts";
import { permissionsAsMarkdown } from "../infra/permissions/markdown.ts";
import manifest from "../package.json" with { type: "json" };
import { createApp } from "../src/api/app.ts";
import { auditAsMarkdown } from "../src/api/audit-markdown.ts";
import type { Dependencies } from "../src/api/dependencies.ts";
import { documentOf } from "../src/api/document.ts";
import { problemsAsMarkdown } from "../src/api/problems-markdown.ts";
import { optionsAsMarkdown } from "../src/targets/reference.ts";
import { announcementJsonSchema, announcementsAsMarkdown } from "./announcement-reference.ts";

const OPTIONS = "<!-- options: generated from src/targets by scripts/openapi.ts, to the end -->";
const EVENTS = "<!-- events: generated from src/engine by scripts/openapi.ts, to the end -->";
const ALARMS = "<!-- alarms: generated from infra/alarm-guide.ts by scripts/openapi.ts, to the end -->";
const FIELDS = "<!-- fields: generated from src/api/audit-event.ts by scripts/openapi.ts, to the end -->";

/** The committed files, by path, as they should be. */
export function generated(): Record<string, string> {
  // Describing the routes calls none of their handlers.
  const app = createApp({} as Dependencies);
  return {
    "openapi.json": `${JSON.stringify(documentOf(app, manifest.version), null, 2)}\n`,
    "docs/problems.md": problemsAsMarkdown(),
    "docs/permissions.md": permissionsAsMarkdown(),
    "docs/targets.md": endedBy("docs/targets.md", OPTIONS, optionsAsMarkdown()),
    "docs/events.schema.json": `${JSON.stringify(announcementJsonSchema(), null, 2)}\n`,
    "docs/events.md": endedBy("docs/events.md", EVENTS, announcementsAsMarkdown()),
    "docs/operations.md": endedBy("docs/operations.md", ALARMS, alarmsAsMarkdown()),
    "docs/audit.md": endedBy("docs/audit.md", FIELDS, auditAsMarkdown()),
  };
}

/** The file with what follows the marker replaced. */
function endedBy(path: string, marker: string, end: string): string {
  const [begin, rest] = readFileSync(new URL(`../${path}`, import.meta.url), "utf8").split(marker);
  if (rest === undefined) throw new Error(`expected ${marker} in ${path}`);
  return `${begin}${marker}\n\n${end}`;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generated())) writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
