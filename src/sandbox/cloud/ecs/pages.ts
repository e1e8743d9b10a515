import { invalid } from "./checks.ts";

/** One page of a list and the token of the next. ECS shows at most 100 of anything, 10 services. */
export function page<Item>(
  items: Item[],
  { maxResults, nextToken }: { maxResults?: number; nextToken?: string },
  limit = { standard: 100, largest: 100 },
): { items: Item[]; nextToken?: string } {
  const size = maxResults ?? limit.standard;
  if (!Number.isInteger(size) || size < 1 || size > limit.largest)
    throw invalid(`maxResults must be between 1 and ${limit.largest}, found ${size}.`);
  const start = nextToken === undefined ? 0 : readToken(nextToken);
  const end = start + size;
  return { items: items.slice(start, end), nextToken: end < items.length ? writeToken(end) : undefined };
}

const writeToken = (offset: number): string => Buffer.from(`from:${offset}`).toString("base64url");

function readToken(token: string): number {
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (offset === undefined) throw invalid("Invalid token.");
  return Number(offset);
}
