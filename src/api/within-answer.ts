/** Lambda answers 6 MB at most, in which the answer is a JSON string once more: each of its quotes takes two bytes. */
const LARGEST_BYTES = 4_000_000;

/** How many of the first members of which list an answer leaves out. */
export type Omitted = Record<string, number>;

/**
 * The same, where an answer can hold it. Otherwise the longest of its lists keep their last members alone, and `omitted` says how many are left out of
 * which: the operation's events have them all, page by page.
 */
export function withinAnswer<Answer extends object>(answer: Answer): Answer & { omitted?: Omitted } {
  let bytes = bytesOf(answer);
  if (bytes <= LARGEST_BYTES) return answer;
  const shortened = { ...answer } as Record<string, unknown>;
  const omitted: Omitted = {};
  while (bytes > LARGEST_BYTES) {
    const [longest] = listsOf(shortened).toSorted((a, b) => b.bytes - a.bytes);
    if (!longest) break;
    const { path, list, put } = longest;
    const left = Math.ceil(list.length / 2);
    put(list.slice(left));
    omitted[path] = (omitted[path] ?? 0) + left;
    bytes = bytesOf(shortened);
  }
  return { ...(shortened as Answer), omitted };
}

type List = { path: string; list: readonly unknown[]; bytes: number; put: (list: unknown[]) => void };

/** Those in the answer itself, and those one level below. */
function listsOf(holder: Record<string, unknown>, prefix = ""): List[] {
  return Object.entries(holder).flatMap(([name, value]): List[] => {
    const path = `${prefix}${name}`;
    if (Array.isArray(value)) {
      const put = (list: unknown[]) => {
        holder[name] = list;
      };
      return value.length > 0 ? [{ path, list: value, bytes: bytesOf(value), put }] : [];
    }
    if (prefix || typeof value !== "object" || value === null) return [];
    const copy = { ...value };
    holder[name] = copy;
    return listsOf(copy, `${path}.`);
  });
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** In words, for the answers in text. */
export const omittedInWords = (omitted: Omitted | undefined): string | undefined =>
  omitted &&
  `${Object.entries(omitted)
    .map(([list, count]) => `the first ${count} of ${list}`)
    .join(", ")}: one answer cannot hold them; the operation's events do`;
