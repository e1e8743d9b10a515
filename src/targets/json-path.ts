/**
 * A path into a JSON value, of the subset that every notation of JSON paths reads alike: names with dots between them, `[0]` for an entry of
 * a list, `["a name"]` for one with other characters. No wildcards, filters, slices or negative indices.
 */
export type JsonPath = (string | number)[];

const PART = /^(?:\.?([A-Za-z0-9_$@:-]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;

/** Undefined where the text is no such path. A `$` for the whole value may begin it. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const parts: JsonPath = [];
  let rest = text.replace(/^\$(?=\.|\[|$)/, "");
  if (text.startsWith(".") || (rest === text && text === "")) return undefined;
  while (rest !== "") {
    const [whole, name, index, quoted] = PART.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    const isFirst = parts.length === 0 && rest === text;
    if (name !== undefined && !isFirst && !whole.startsWith(".")) return undefined;
    parts.push(index === undefined ? (name ?? quoted?.replace(/\\(.)/g, "$1") ?? "") : Number(index));
    rest = rest.slice(whole.length);
  }
  return parts;
}

/** The member of a value at a path; undefined where it has none. */
export function memberOf(value: unknown, path: string): unknown {
  return parseJsonPath(path)?.reduce<unknown>((within, part) => {
    if (typeof within !== "object" || within === null) return undefined;
    if (Array.isArray(within) !== (typeof part === "number") || !Object.hasOwn(within, part)) return undefined;
    return (within as Record<string | number, unknown>)[part];
  }, value);
}

/** The member of a JSON body at a path; undefined where the body is no JSON or has no such member. */
export function member(body: string, path: string): unknown {
  try {
    return memberOf(JSON.parse(body), path);
  } catch {
    return undefined;
  }
}
