import { gunzipSync, gzipSync } from "node:zlib";

/** DynamoDB takes an item of 400 KB, the names of its attributes included; this leaves room for those and for the small ones beside. */
const LARGEST_BYTES = 380_000;
/** A document above this is packed: of a target with hundreds of nodes, what AWS said of each of them. */
const PLAIN_BYTES = 64_000;

/** No item can hold it, even packed. */
export class DocumentTooLarge extends Error {
  override readonly name = "DocumentTooLarge";
  constructor(attribute: string, bytes: number) {
    super(`expected ${attribute} to fit into an item of 400 KB, found ${bytes} bytes packed`);
  }
}

/**
 * A JSON document as an item's attribute. It is stored as its text, so that it comes back as it was, whatever the client's marshalling options
 * are; above a size as its gzipped text, under the attribute's name with `Packed` behind it. Throws DocumentTooLarge.
 */
export function document(attribute: string, value: unknown): Record<string, string | Uint8Array> {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return { [attribute]: text };
  const packed = gzipSync(text);
  if (packed.byteLength > LARGEST_BYTES) throw new DocumentTooLarge(attribute, packed.byteLength);
  return { [`${attribute}Packed`]: packed };
}

/** What `document` stored, in either form. */
export function documentIn(item: Record<string, unknown>, attribute: string): unknown {
  const packed = item[`${attribute}Packed`];
  return JSON.parse(packed instanceof Uint8Array ? unpacked(packed) : (item[attribute] as string));
}

export const unpacked = (packed: Uint8Array): string => gunzipSync(packed).toString("utf8");
