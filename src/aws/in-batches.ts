/** How many calls of a kind are under way at a time: AWS throttles what asks for everything at once. */
const AT_ONCE = 5;

/** Runs something for each item, a few at a time. The results are in the items' order. */
export async function inBatches<Item, Result>(items: Item[], run: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(run))));
  return results;
}
