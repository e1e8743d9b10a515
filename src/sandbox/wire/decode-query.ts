import type { Format } from "./decode.ts";
import { textFormat } from "./decode-text.ts";

/** awsQuery: `Filters.Filter.1.Values.Value.2=x` arrives as a tree of dotted segments. */
export type QueryNode = { text?: string; children: Children };
type Children = { [segment: string]: QueryNode };

export function queryTree(parameters: URLSearchParams): QueryNode {
  const root = createNode();
  for (const [key, text] of parameters) {
    let node = root;
    for (const segment of key.split(".")) {
      const child = node.children[segment] ?? createNode();
      node.children[segment] = child;
      node = child;
    }
    node.text = text;
  }
  return root;
}

// Without a prototype, so that a parameter called __proto__ is only a parameter.
const createNode = (): QueryNode => ({ children: Object.create(null) });

export const queryFormat: Format = {
  member: (node, name, schema) => asNode(node).children[schema.getMergedTraits().xmlName ?? name],
  items(node, schema) {
    const { children } = asNode(node);
    if (schema.getMergedTraits().xmlFlattened) return numbered(children);
    const itemName = schema.getValueSchema().getMergedTraits().xmlName;
    return numbered((itemName ? children[itemName] : undefined)?.children ?? children.member?.children ?? {});
  },
  entries(node, schema) {
    const { children } = asNode(node);
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? "key";
    const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? "value";
    const entries = schema.getMergedTraits().xmlFlattened ? children : (children.entry?.children ?? {});
    return numbered(entries).map((entry) => [entry.children[keyName]?.text ?? "", entry.children[valueName]]);
  },
  scalar: (node, schema) => textFormat.scalar(asNode(node).text, schema),
};

const asNode = (node: unknown) => node as QueryNode;

const numbered = (children: Children): QueryNode[] =>
  Object.entries(children)
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
