import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { linkExpiry, liveLink } from "../../../src/api/live/link.ts";

const ID = "op-20260115-020000-3f9a2c";
const OTHER = "op-20260115-020000-aaaaaa";
const AT = Date.parse("2026-01-15T02:10:00.000Z");
let signingKey = Buffer.alloc(32, 7);
let now = AT;
const signing = { store: { signingKey: async () => signingKey }, clock: { now: () => now } };

beforeEach(() => {
  now = AT;
  signingKey = Buffer.alloc(32, 7);
});
const keyOf = async (id: string) => (await liveLink(id, signing)).split("key=")[1] ?? "";
const sign = (text: string) => createHmac("sha256", signingKey).update(text).digest("base64url");

describe("a link to a live page", () => {
  it("is good for its operation, for a day that ends with an hour", async () => {
    expect(await liveLink(ID, signing)).toMatch(new RegExp(`^/live/${ID}\\?key=\\d{10}\\.[\\w-]{43}$`));
    const key = await keyOf(ID);
    expect(await linkExpiry(ID, key, signing)).toBe(Date.parse("2026-01-16T03:00:00.000Z"));
    now = Date.parse("2026-01-16T02:59:59.999Z");
    expect(await linkExpiry(ID, key, signing)).toBeDefined();
  });

  it("stays the same within an hour, so that answers do", async () => {
    const before = await liveLink(ID, signing);
    now += 49 * 60_000;
    expect(await liveLink(ID, signing)).toBe(before);
    now += 2 * 60_000;
    expect(await liveLink(ID, signing)).not.toBe(before);
  });

  it("is of characters that curl and mail programs leave alone", async () => {
    for (const fill of [0, 1, 62, 63, 254, 255]) {
      signingKey = Buffer.alloc(32, fill);
      expect(await liveLink(ID, signing)).toMatch(/^[\w\-./?=]+$/);
    }
  });

  it("shows nothing once it has ended", async () => {
    const key = await keyOf(ID);
    now = Date.parse("2026-01-16T03:00:00.000Z");
    expect(await linkExpiry(ID, key, signing)).toBeUndefined();
  });

  it("shows no other operation", async () => {
    expect(await linkExpiry(OTHER, await keyOf(ID), signing)).toBeUndefined();
  });

  it("is revoked with the key that signed it", async () => {
    const key = await keyOf(ID);
    signingKey = Buffer.alloc(32, 8);
    expect(await linkExpiry(ID, key, signing)).toBeUndefined();
  });

  it("cannot be prolonged, nor taken from another purpose or version", async () => {
    const [expires = "", signature = ""] = (await keyOf(ID)).split(".");
    const later = String(Number(expires) + 3_600);
    expect(await linkExpiry(ID, `${later}.${signature}`, signing)).toBeUndefined();
    for (const text of [
      `${ID}\n${later}`,
      `intermission-live-0\n${ID}\n${later}`,
      `intermission-live-1\n${ID}${later}`,
    ])
      expect(await linkExpiry(ID, `${later}.${sign(text)}`, signing)).toBeUndefined();
    expect(await linkExpiry(ID, `${later}.${sign(`intermission-live-1\n${ID}\n${later}`)}`, signing)).toBeDefined();
  });

  it("is refused with any character of it changed, missing or more", async () => {
    const key = await keyOf(ID);
    for (let at = 0; at < key.length; at += 1) {
      const other = key[at] === "A" ? "B" : "A";
      expect(await linkExpiry(ID, key.slice(0, at) + other + key.slice(at + 1), signing)).toBeUndefined();
      expect(await linkExpiry(ID, key.slice(0, at) + key.slice(at + 1), signing)).toBeUndefined();
      expect(await linkExpiry(ID, key.slice(0, at), signing)).toBeUndefined();
    }
    expect(await linkExpiry(ID, `${key}A`, signing)).toBeUndefined();
    expect(await linkExpiry(ID, `${key}=`, signing)).toBeUndefined();
  });

  it("has one spelling: the last character's spare bits are not a second key", async () => {
    const key = await keyOf(ID);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const good = alphabet.split("").filter((last) => Buffer.from(key.slice(11, -1) + last, "base64url").length === 32);
    const accepted = await Promise.all(good.map((last) => linkExpiry(ID, key.slice(0, -1) + last, signing)));
    expect(accepted.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it.each([
    "",
    ".",
    "0.",
    "undefined",
    "9999999999.",
    `9999999999.${"A".repeat(43)}`,
    `-999999999.${"A".repeat(43)}`,
    "💥",
    "a".repeat(10_000),
  ])("is refused as %j", async (key) => {
    expect(await linkExpiry(ID, key, signing)).toBeUndefined();
  });
});
