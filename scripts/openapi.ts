// Writes openapi.json, docs/problems.md and docs/configuration.md from what the code says: node scripts/openapi.ts
import { writeFileSync } from "node:fs";
import manifest from "../package.json" with { type: "json" };
import { createApp } from "../src/api/app.ts";
import type { Dependencies } from "../src/api/dependencies.ts";
import { documentOf } from "../src/api/document.ts";
import { problemsAsMarkdown } from "../src/api/problems-markdown.ts";
import { configurationAsMarkdown } from "../src/targets/reference.ts";

/** The committed files, by path, as they should be. */
export function generated(): Record<string, string> {
  // Describing the routes calls none of their handlers.
  const app = createApp({} as Dependencies);
  return {
    "openapi.json": `${JSON.stringify(documentOf(app, manifest.version), null, 2)}\n`,
    "docs/problems.md": problemsAsMarkdown(),
    "docs/configuration.md": configurationAsMarkdown(),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generated())) writeFileSync(new URL(`../${path}`, import.meta.url), text);
}
