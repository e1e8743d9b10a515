import { html } from "hono/html";
import { inWords } from "./in-words.ts";
import type { Schema } from "./types.ts";

/** Who follows a link into closed details has them opened. A schema as a table of its members; of one that has several forms, a table for each. */
export const schemaSection = (name: string, schema: Schema) =>
  html`<details><summary><code>${name}</code></summary><div id="${name}">${schema.description ? html`<p>${inWords(schema.description)}</p>` : ""}${forms(schema).map((form) => membersTable(form, name))}</div></details>`;

const forms = (schema: Schema): Schema[] => schema.oneOf ?? schema.anyOf ?? [schema];

function membersTable(form: Schema, name: string) {
  const kind = Object.entries(form.properties ?? {}).find(
    ([, { enum: values, const: only }]) => only ?? values?.length === 1,
  );
  const title = kind ? `${kind[0]}: ${String(kind[1].const ?? kind[1].enum?.[0])}` : "";
  return html`${title ? html`<h3><code>${title}</code></h3>` : ""}<div class="table" tabindex="0" role="region" aria-label="${name} ${title}"><table><thead><tr><th scope="col">Member</th><th scope="col">Value</th><th scope="col">Meaning</th></tr></thead><tbody>
${rows(form).map(
  ({ path, schema, required }) =>
    html`<tr><td><code>${path}</code></td><td>${typeOf(schema)}${required ? "" : ", optional"}</td><td>${inWords(meaning(schema))}</td></tr>`,
)}</tbody></table></div>`;
}

type Row = { path: string; schema: Schema; required: boolean };

/** Members of members beneath theirs, as `window.closedAt` and `phases[].phase`. */
function rows({ properties = {}, required = [] }: Schema, above = ""): Row[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${above}${name}`;
    const inner = schema.type === "array" ? schema.items : schema;
    const below = inner?.properties ? rows(inner, `${path}${schema.type === "array" ? "[]" : ""}.`) : [];
    return [{ path, schema, required: required.includes(name) }, ...below];
  });
}

const meaning = ({ description = "", default: given }: Schema): string =>
  [description, given === undefined ? "" : `Default: \`${JSON.stringify(given)}\``].filter(Boolean).join(". ");

type Shown = ReturnType<typeof html> | string | Shown[];

/** What a value is, in a word or two; what has a name leads to its table. */
export function typeOf(schema: Schema | undefined): Shown {
  if (!schema) return "";
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#${name}"><code>${name}</code></a>`;
  }
  const [only] = schema.allOf ?? [];
  if (only) return typeOf(only);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return schema.enum.map((value, index) => html`${index ? " or " : ""}<code>${String(value)}</code>`);
  if (schema.type === "array") return ["list of ", typeOf(schema.items)];
  const several = schema.oneOf ?? schema.anyOf;
  if (several) return several.map((each, index) => [index ? " or " : "", typeOf(each)]);
  if (schema.format === "date-time") return "time";
  return [schema.type ?? "anything"].flat().join(" or ").replace("string", "text").replace("object", "members");
}
