import { html } from "hono/html";
import type { ApiDocument } from "./document.ts";
import { problemTypes } from "./problem.ts";

type Operation = {
  summary?: string;
  description?: string;
  security?: object[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: { description?: string };
  }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
};

/** The document as one page that needs nothing else: no script, no font, no other host. Problems' `type` lead to its last section. */
export function docsPage(document: ApiDocument) {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Intermission API</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { border-top: 1px solid #8886; padding-top: 1.5rem; } h3 { margin-bottom: 0; }
  code, pre { font: .9em/1.5 ui-monospace, monospace; } pre { overflow: auto; padding: .75rem; background: #8881; }
  td { padding: .1rem 1rem .1rem 0; vertical-align: top; } :target { background: #fd04; }
  @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } a { color: #8cf; } }
</style>
<h1>Intermission API ${document.info.version}</h1>
<p>${document.info.description}</p>
<p><a href="/openapi.json">openapi.json</a> · <a href="#schemas">schemas</a> · <a href="#problems">problems</a></p>
${operations.map(({ path, method, operation }) => operationSection(path, method, operation))}
<h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => html`<details id="${name}"><summary><code>${name}</code></summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`)}
<h2 id="problems">Problems</h2>
${Object.entries(problemTypes).map(([code, { status, title, fix }]) => html`<h3 id="${code}"><code>${code}</code> (${status})</h3><p>${inWords(`${title}. ${fix}`)}</p>`)}
</html>`;
}

/** Descriptions are Markdown, of which they use one thing. */
const inWords = (text: string) =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

const operationSection = (
  path: string,
  method: string,
  operation: Operation,
) => html`<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${inWords(`${operation.summary}. ${operation.description ?? ""}`)} ${operation.security?.length === 0 ? "Open to all." : ""}</p>
${operation.requestBody ? html`<p>Body: ${Object.values(operation.requestBody.content ?? {}).map(({ schema }) => schemaLink(schema))}</p>` : ""}
<table>${(operation.parameters ?? []).map((each) => html`<tr><td><code>${each.name}</code></td><td>${each.in}${each.required ? ", required" : ""}</td><td>${inWords(each.description ?? each.schema?.description ?? "")}</td></tr>`)}</table>
<table>${Object.entries(operation.responses ?? {}).map(
  ([status, each]) =>
    html`<tr><td><code>${status}</code></td><td>${inWords(each.description ?? "")}</td><td>${Object.values(
      each.content ?? {},
    )
      .slice(0, 1)
      .map(({ schema }) => schemaLink(schema))}</td></tr>`,
)}</table>
`;

function schemaLink(schema: unknown) {
  const reference = typeof schema === "object" && schema !== null && "$ref" in schema ? String(schema.$ref) : undefined;
  const name = reference?.split("/").at(-1);
  return name ? html`<a href="#${name}"><code>${name}</code></a>` : "";
}
