import { html } from "hono/html";
import { inWords } from "./docs/in-words.ts";
import { operationSection } from "./docs/operations.ts";
import { schemaSection } from "./docs/schemas.ts";
import { snippet, waysIn } from "./docs/snippets.ts";
import { style } from "./docs/style.ts";
import type { Documented, DocumentedOperation, Schema } from "./docs/types.ts";
import type { ApiDocument } from "./document.ts";
import { problemTypes } from "./problem.ts";

/** The document as one page that needs nothing else: no script, no font, no other host. Problems' `type` lead to its last section. */
export function docsPage(document: ApiDocument) {
  const groups = groupsOf(document);
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  const components = (document.components?.examples ?? {}) as Record<string, { summary: string; value: unknown }>;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Intermission API ${document.info.version}</title>
<style>${style}</style>
<a class="skip" href="#content">To the content</a>
<nav aria-label="Contents">
<p><strong>Intermission API</strong> ${document.info.version}</p>
${groups.map(
  ({ tag, operations }) =>
    html`<h2><a href="#${slug(tag.name)}">${tag.name}</a></h2><ul>${operations.map(({ method, path, operation }) => html`<li><a href="#${operation.operationId}"><span class="${method}">${method.toUpperCase()}</span> ${path.replace(/^\/v1/, "")}</a></li>`)}</ul>`,
)}
<h2><a href="#schemas">Schemas</a></h2><h2><a href="#problems">Problems</a></h2>
</nav>
<main id="content">
<h1>Intermission API</h1>
${(document.info.description ?? "").split("\n\n").map((paragraph) => html`<p>${inWords(paragraph)}</p>`)}
<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>
<h2 id="ways-in">Two ways in</h2>
${waysIn.map(({ title, code }) => html`<h3>${title}</h3>${snippet(code)}`)}
${groups.map(
  ({ tag, operations }) =>
    html`<h2 id="${slug(tag.name)}">${tag.name}</h2><p>${inWords(tag.description)}</p>${operations.map((each) => operationSection(each, components))}`,
)}
<h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => schemaSection(name, schema))}
<h2 id="problems">Problems</h2>
<p>Every answer of 400 and above is an RFC 9457 document: <code>code</code> to compare, <code>detail</code> and <code>errors</code> to read, <code>fix</code> to follow.</p>
<dl>${Object.entries(problemTypes).map(([code, { status, title, fix }]) => html`<div id="${code}"><dt><code>${code}</code> ${status}</dt><dd>${title}. ${inWords(fix)}</dd></div>`)}</dl>
</main>
</html>`;
}

const slug = (name: string) => `tag-${name.toLowerCase().replaceAll(" ", "-")}`;

function groupsOf({ paths = {}, tags = [] }: ApiDocument) {
  const all: Documented[] = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, DocumentedOperation>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  return tags.map(({ name, description = "" }) => ({
    tag: { name, description },
    operations: all.filter(({ operation }) => operation.tags?.includes(name)),
  }));
}
