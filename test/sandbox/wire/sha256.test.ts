import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Sha256 } from "../../../src/sandbox/wire/sha256.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 37) % 256));

async function digestOf(chunks: Uint8Array[], secret?: string | Uint8Array): Promise<string> {
  const hash = new Sha256(secret);
  for (const chunk of chunks) hash.update(chunk);
  return hex(await hash.digest());
}

describe.each([[[]], [[0]], [[5]], [[64]], [[200, 0, 7]]])("of chunks of %j bytes", (lengths) => {
  const chunks = lengths.map(bytes);
  const whole = Buffer.concat(chunks);

  test("is what node says", async () => {
    expect(await digestOf(chunks)).toBe(createHash("sha256").update(whole).digest("hex"));
  });

  test.each([
    "a secret",
    "Geheimnis: ä€😀",
    "long ".repeat(40),
    bytes(1),
    bytes(63),
    bytes(64),
    bytes(65),
    bytes(300).subarray(100, 140),
  ])("is node's HMAC where the secret is %j", async (secret) => {
    expect(await digestOf(chunks, secret)).toBe(createHmac("sha256", secret).update(whole).digest("hex"));
  });
});

test("begins anew after a reset", async () => {
  const hash = new Sha256();
  hash.update(bytes(9));
  hash.reset();
  hash.update(bytes(3));
  expect(hex(await hash.digest())).toBe(createHash("sha256").update(bytes(3)).digest("hex"));
});
