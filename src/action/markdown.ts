/** Text of others inside Markdown: shown as it is, never as markup. It calls nobody, and refers to no issue, which GitHub looks for after the markup. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`)
    .replace(/&/g, "&amp;")
    .replace(/(?<!\w)@(?=\w)|#(?=\d)/g, "$&<!-- -->");
}

/** A code span that holds, whatever is in it; fit for a table's cell. */
export function code(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  if (line === "") return "";
  // In a table a backslash cannot be kept from escaping the pipe's escape.
  if (line.includes("\\|"))
    return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const padding = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${padding}${line.replaceAll("|", "\\|")}${padding}${fence}`;
}

/** Cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

export function codeBlock(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
