import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { type Item, keys, putNew, read, type Table } from "./dynamo-table.ts";
import { UnreadableRecordError } from "./record.ts";

const BYTES = 32;
/** For so long a process goes on with the key that it has read, after somebody deleted it to revoke all links. */
const REMEMBERED_MS = 5 * 60_000;

/** The key that links are signed with. Whoever asks first makes it, so nothing has to be configured; of two at once one wins. */
export function createSigningKey({ table, clock }: { table: Table; clock: Clock }): () => Promise<Uint8Array> {
  let remembered: { key: Promise<Uint8Array>; until: number } | undefined;

  async function readOrMake(): Promise<Uint8Array> {
    const found = await read(table, keys.signingKey);
    if (found) return keyIn(found);
    await putNew(table, { ...keys.signingKey, key: randomBytes(BYTES).toString("base64") });
    return readOrMake();
  }

  return async function signingKey() {
    if (remembered && clock.now() < remembered.until) return remembered.key;
    const asked = { key: readOrMake(), until: clock.now() + REMEMBERED_MS };
    remembered = asked;
    asked.key.catch(() => {
      if (remembered === asked) remembered = undefined;
    });
    return asked.key;
  };
}

/** A shorter one would be easier to guess, and an empty one is known to all. */
function keyIn(item: Item): Uint8Array {
  const key = typeof item.key === "string" ? Buffer.from(item.key, "base64") : undefined;
  if (key?.length === BYTES) return key;
  throw new UnreadableRecordError(item, {
    expected: `${BYTES} bytes in base64`,
    found: key ? `${key.length} bytes` : "no text",
  });
}
