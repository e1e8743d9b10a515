import { html } from "hono/html";
import { inWords } from "./in-words.ts";
import { typeOf } from "./schemas.ts";
import { callSnippets, snippet } from "./snippets.ts";
import type { Components, Documented, DocumentedOperation, Examples } from "./types.ts";

/** One operation: what it is for, what it takes, how it is called, what it answers. */
export function operationSection(documented: Documented, components: Components) {
  const { path, method, operation } = documented;
  const body = operation.requestBody?.content?.["application/json"];
  return html`<section id="${operation.operationId}" aria-labelledby="${operation.operationId}-title">
<h3 id="${operation.operationId}-title"><span class="${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p>${inWords(`${operation.summary}.`)}</p>
<p>${inWords(operation.description ?? "")} ${operation.security?.length === 0 ? "Open to all." : ""}</p>
${callSnippets(documented, components)}
${parametersTable(operation)}
${body ? html`<p>Body: ${typeOf(body.schema)}</p>${examplesOf(body.examples, components)}` : ""}
${answers(operation)}
${Object.entries(operation.responses ?? {})
  .filter(([status]) => status.startsWith("2"))
  .flatMap(([, { content = {} }]) => Object.values(content).map(({ examples }) => examplesOf(examples, components)))}
</section>
`;
}

function parametersTable({ operationId, parameters = [] }: DocumentedOperation) {
  if (parameters.length === 0) return "";
  return html`<div class="table" tabindex="0" role="region" aria-label="Parameters of ${operationId}"><table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>
${parameters.map(
  ({ name, in: place, required, description, schema }) =>
    html`<tr><td><code>${name}</code></td><td>${place}${required ? ", required" : ""}</td><td>${inWords(description ?? schema?.description ?? "")}</td></tr>`,
)}</tbody></table></div>`;
}

/** What is hoped for is seen at once; each problem leads to what to do about it. */
function answers({ operationId, responses = {} }: DocumentedOperation) {
  const all = Object.entries(responses);
  const problems = all.filter(([status]) => status >= "400");
  return html`${answersTable(
    `Answers of ${operationId}`,
    all.filter(([status]) => status < "400"),
  )}${problems.length ? html`<details><summary>Problems: ${problems.map(([status]) => status).join(", ")}</summary>${answersTable(`Problems of ${operationId}`, problems)}</details>` : ""}`;
}

const answersTable = (
  label: string,
  all: [string, NonNullable<DocumentedOperation["responses"]>[string]][],
) => html`<div class="table" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th scope="col">Status</th><th scope="col">Answer</th><th scope="col">As</th></tr></thead><tbody>
${all.map(
  ([status, { description = "", content = {} }]) =>
    html`<tr><td><code>${status}</code></td><td>${withProblems(description)}</td><td class="as">${typeOf(Object.values(content)[0]?.schema)}</td></tr>`,
)}</tbody></table></div>`;

const withProblems = (description: string) =>
  description
    .split(/\(`([a-z-]+)`\)/)
    .map((part, index) => (index % 2 ? html`(<a href="#${part}"><code>${part}</code></a>)` : inWords(part)));

const examplesOf = (examples: Examples = {}, components: Components) =>
  Object.keys(examples).map((name) => {
    const { summary = name, value } = components[name] ?? {};
    const isText = typeof value === "string";
    return html`<details><summary>Example: ${summary}${isText ? ", as text" : ""}</summary>${snippet(isText ? value : JSON.stringify(value, null, 2))}</details>`;
  });
