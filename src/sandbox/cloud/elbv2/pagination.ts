import { assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";

const MAXIMUM_PAGE_SIZE = 400;

type Page = { Marker?: string; PageSize?: number };

/** The page that `Marker` names, and the marker of the next one where there is one. */
export function paginate<Item>(items: Item[], { Marker, PageSize = MAXIMUM_PAGE_SIZE }: Page) {
  assertRange(PageSize, "pageSize", { minimum: 1, maximum: MAXIMUM_PAGE_SIZE });
  const start = Marker === undefined ? 0 : readMarker(Marker);
  const end = start + PageSize;
  return {
    items: items.slice(start, end),
    NextMarker: end < items.length ? Buffer.from(`after:${end}`).toString("base64url") : undefined,
  };
}

function readMarker(marker: string): number {
  const offset = /^after:(\d+)$/.exec(Buffer.from(marker, "base64url").toString())?.[1];
  if (offset === undefined) throw validationError(`Invalid marker '${marker}'`);
  return Number(offset);
}
