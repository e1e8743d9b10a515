import { invalid } from "./store.ts";

/** One page of a list and the token of the next. */
export function page<Item>(
  items: Item[],
  { limit, nextToken }: { limit?: number; nextToken?: string },
  { standard, largest }: { standard: number; largest: number },
): { items: Item[]; nextToken?: string } {
  const size = limit ?? standard;
  if (!Number.isInteger(size) || size < 1 || size > largest)
    throw invalid(
      `1 validation error detected: Value '${size}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${largest}`,
    );
  const start = nextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(nextToken)?.[1]);
  if (!Number.isInteger(start)) throw invalid("The specified nextToken is invalid.");
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { nextToken: `from-${end}` }) };
}

/**
 * A page of a stream's events with the tokens of both directions. At the end of the stream the same token comes again, which is how a reader knows. Without
 * a token it is the newest page, unless `fromHead`.
 */
export function streamPage<Item>(
  items: Item[],
  { limit, token, fromHead }: { limit: number; token?: string; fromHead: boolean },
): { items: Item[]; forward: string; backward: string } {
  const [, direction, position] = /^([fb])\/(\d{20})$/.exec(token ?? "") ?? [];
  if (token !== undefined && direction === undefined) throw invalid("The specified nextToken is invalid.");
  const at = Number(position);
  let start = fromHead ? 0 : Math.max(0, items.length - limit);
  if (direction === "f") start = at;
  if (direction === "b") start = Math.max(0, at - limit);
  const end = direction === "b" ? at : Math.min(items.length, start + limit);
  const write = (letter: string, offset: number) => `${letter}/${String(offset).padStart(20, "0")}`;
  return { items: items.slice(start, end), forward: write("f", Math.max(start, end)), backward: write("b", start) };
}
