import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, type Node, type Pair, parseDocument, YAMLMap } from "yaml";
import { textOf } from "./entry.ts";

type Path = [string, ...string[]];

/**
 * The text with one member of a map set, and everything else as it was, to the byte: a document that is written anew moves comments and
 * spaces about. Where the text cannot be changed in place (a map in flow style, say), it is written anew all the same. `value` is in block style.
 */
export function withMember(text: string, path: Path, value: Node): string {
  const document = parseDocument(text, { merge: true });
  const parent = document.getIn(path.slice(0, -1), true);
  const wanted = parseDocument(text, { merge: true });
  wanted.setIn(path, value);
  const changed = isMap<unknown, Node | null>(parent) ? inPlace(text, parent, path.at(-1)!, value) : undefined;
  if (changed !== undefined && means(changed, wanted)) return changed;
  return wanted.toString({ lineWidth: 0 });
}

function means(text: string, wanted: Document): boolean {
  const document = parseDocument(text, { merge: true });
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted.toJS());
}

function inPlace(text: string, parent: YAMLMap<unknown, Node | null>, key: string, value: Node): string | undefined {
  if (parent.flow || !parent.range || parent.items.length === 0) return undefined;
  const column = columnOf(text, startOf(parent.items[0]!) ?? 0);
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (!pair) {
    const end = parent.range[1];
    const before = text.slice(0, end);
    return `${before}${before.endsWith("\n") ? "" : "\n"}${memberText(key, value, column)}${text.slice(end)}`;
  }
  const [from, to] = [(pair.key as Node).range?.[1], pair.value?.range?.[1] ?? (pair.key as Node).range?.[1]];
  if (from === undefined || to === undefined) return undefined;
  const old = text.slice(from, to);
  const isBlock = (isMap(pair.value) && !pair.value.flow) || old.endsWith("\n");
  const lead = isBlock && pair.value?.range ? text.slice(from, pair.value.range[0]) : ":\n";
  const inner = textOf(value, column + 2);
  const head = isBlock ? lead.replace(/[ \t]*$/, "") : lead;
  return `${text.slice(0, from)}${head.endsWith("\n") ? head : `${head}\n`}${isBlock ? inner : inner.replace(/\n$/, "")}${text.slice(to)}`;
}

function memberText(key: string, value: Node, column: number): string {
  const map = new YAMLMap();
  map.set(key, value);
  return textOf(map, column);
}

const startOf = ({ key }: Pair<unknown, Node | null>): number | undefined => (key as Node).range?.[0];
const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);
