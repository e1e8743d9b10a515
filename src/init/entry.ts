import { Document, type Node, Pair, Scalar, YAMLMap } from "yaml";

/** A line of the file to be. `above` and `beside` are comments; without a value there is nothing but the comment. */
export type Entry = { key?: string; value?: unknown; above?: string[]; beside?: string; entries?: Entry[] };

/** Not one of any key's values, so that a file in which something is undecided is refused, with the line. */
export const UNDECIDED = "DECIDE";

const WIDTH = 116;

/**
 * Text for a comment: in one line whatever it holds. What people called their things may hold anything, and YAML ends a comment at more than
 * line feeds.
 */
export const inComment = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFEFF]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();

/** A map of entries in order, as a node of a document. */
export function mapOf(entries: Entry[]): YAMLMap {
  const map = new YAMLMap();
  let pending: string[] = [];
  for (const { key, value, above = [], beside, entries: inner } of entries) {
    const lines = [...pending, ...above];
    if (key === undefined) {
      pending = [...lines, ""];
      continue;
    }
    pending = [];
    const name = new Scalar(key);
    if (lines.length) {
      name.commentBefore = comment(lines);
      name.spaceBefore = map.items.length > 0;
    }
    const node = inner ? mapOf(inner) : (new Document().createNode(value) as Node);
    if (beside) node.comment = ` ${inComment(beside)}`;
    map.items.push(new Pair(name, node));
  }
  if (pending.length) map.comment = comment(pending.slice(0, -1));
  return map;
}

/** As text, indented. */
export const textOf = (node: Node, indent = 0): string => {
  const document = new Document();
  document.contents = node;
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  const margin = " ".repeat(indent);
  // Not by a regular expression: its lines end at more than line feeds, and values may hold such.
  return text
    .split("\n")
    .map((line) => (line === "" ? line : `${margin}${line}`))
    .join("\n");
};

const comment = (paragraphs: string[]): string => paragraphs.flatMap((each) => wrapped(inComment(each))).join("\n");

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  // What stands between backticks is to be copied, so it stays in one line.
  for (const word of text.match(/(?:`[^`]*`|[^ `]|`)+/g) ?? []) {
    if (line && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = "";
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}
