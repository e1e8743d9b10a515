import { invalid } from "./validate-update.ts";

/** One page of a list. A marker is the position at which the next page begins. */
export function page<Item>(
  items: Item[],
  { marker, maxItems }: { marker?: string; maxItems: number },
): { items: Item[]; nextMarker?: string } {
  const from = marker ? Number(marker) : 0;
  if (!Number.isInteger(from) || from < 0) throw invalid(`Invalid marker: ${marker}`);
  if (!Number.isInteger(maxItems) || maxItems < 0 || maxItems > 1000) {
    throw invalid(`Value '${maxItems}' at 'maxItems' failed to satisfy constraint: Member must be between 0 and 1000`);
  }
  const to = from + (maxItems || 100);
  return { items: items.slice(from, to), nextMarker: to < items.length ? String(to) : undefined };
}
