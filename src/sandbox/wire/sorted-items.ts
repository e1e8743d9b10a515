/** Bounds of keys, and how many from which end. As LevelDB has them: no limit, where it is negative. */
export type Range = { gt?: string; gte?: string; lt?: string; lte?: string; reverse?: boolean; limit?: number };

/** Plain data by key, in the order of the keys. What is taken out is a copy. */
export type SortedItems = {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  delete(key: string): void;
  keys(range: Range): string[];
};

/** Keys are compared by their UTF-16 units, which is LevelDB's order as long as they are ASCII. */
export function createSortedItems(): SortedItems {
  const texts = new Map<string, string>();
  const sorted: string[] = [];

  /** How many keys come before this one. */
  function rank(key: string, { orEqual = false } = {}): number {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const before = orEqual ? sorted[middle]! <= key : sorted[middle]! < key;
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    put(key, value) {
      if (!texts.has(key)) sorted.splice(rank(key), 0, key);
      texts.set(key, JSON.stringify(value));
    },
    delete(key) {
      if (texts.delete(key)) sorted.splice(rank(key), 1);
    },
    keys({ gt, gte, lt, lte, reverse = false, limit = -1 }) {
      const from = gt !== undefined ? rank(gt, { orEqual: true }) : gte !== undefined ? rank(gte) : 0;
      const to = lt !== undefined ? rank(lt) : lte !== undefined ? rank(lte, { orEqual: true }) : sorted.length;
      const found = sorted.slice(from, to);
      if (reverse) found.reverse();
      return limit < 0 ? found : found.slice(0, limit);
    },
  };
}
