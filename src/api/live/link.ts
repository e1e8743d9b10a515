import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { OperationStore } from "../../operations/store.ts";

const HOUR_SECONDS = 3_600;
const LIFETIME_SECONDS = 24 * HOUR_SECONDS;
/** What is signed begins with this, so that no signature made for one purpose is good for another. */
const PURPOSE = "intermission-live-1";

type Signing = { store: Pick<OperationStore, "signingKey">; clock: Pick<Clock, "now"> };

/**
 * Path and query of an operation's live page, below the API's URL. It lets whoever has it look at this one page for a day, and nothing
 * else. Within an hour it stays the same.
 */
export async function liveLink(id: string, { store, clock }: Signing): Promise<string> {
  const expires = (linkHour(clock) * HOUR_SECONDS + LIFETIME_SECONDS).toString();
  return `/live/${id}?key=${expires}.${signature(await store.signingKey(), id, expires).toString("base64url")}`;
}

/** A number that is another one as soon as a link would be. */
export const linkHour = (clock: Pick<Clock, "now">): number => Math.ceil(clock.now() / 1_000 / HOUR_SECONDS);

/** When the key of a link ends, in milliseconds since the epoch; undefined where it is not this operation's, or has ended. */
export async function linkExpiry(id: string, key: string, { store, clock }: Signing): Promise<number | undefined> {
  const [, expires, signed] = /^(\d{10})\.([\w-]{43})$/.exec(key) ?? [];
  if (expires === undefined || signed === undefined) return undefined;
  const given = Buffer.from(signed, "base64url");
  const right = signature(await store.signingKey(), id, expires);
  // Base64 has several spellings of the same bytes; only one of them is ours.
  if (given.toString("base64url") !== signed || !timingSafeEqual(given, right)) return undefined;
  const endsAt = Number(expires) * 1_000;
  return endsAt > clock.now() ? endsAt : undefined;
}

const signature = (key: Uint8Array, id: string, expires: string): Buffer =>
  createHmac("sha256", key).update([PURPOSE, id, expires].join("\n")).digest();
