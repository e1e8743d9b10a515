import { hash } from "node:crypto";
import type { Checksum, SourceData } from "@smithy/types";

const BLOCK_BYTES = 64;

/**
 * SHA-256, or with a secret its HMAC, as SDK clients and signers take it. Of a signed call's time in one process most would go into node's
 * Hmac objects, each of which makes a key object first.
 */
export class Sha256 implements Checksum {
  readonly digestLength = 32;
  readonly #secret: Uint8Array | undefined;
  #chunks: Uint8Array[] = [];

  constructor(secret?: SourceData) {
    this.#secret = secret === undefined ? undefined : keyOf(asBytes(secret));
  }

  update(chunk: Uint8Array): void {
    this.#chunks.push(asBytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    if (!this.#secret) return sha256(this.#chunks);
    const inner = sha256([padded(this.#secret, 0x36), ...this.#chunks]);
    return sha256([padded(this.#secret, 0x5c), inner]);
  }

  reset(): void {
    this.#chunks = [];
  }
}

/** The HMAC of some data, at once. */
export function hmacSha256(secret: Uint8Array, data: string | Uint8Array): Uint8Array {
  const key = keyOf(secret);
  return sha256([padded(key, 0x5c), sha256([padded(key, 0x36), asBytes(data)])]);
}

const sha256 = (chunks: Uint8Array[]): Uint8Array =>
  hash("sha256", chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), "buffer");

const keyOf = (secret: Uint8Array): Uint8Array => (secret.length > BLOCK_BYTES ? sha256([secret]) : secret);

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (let index = 0; index < key.length; index += 1) block[index]! ^= key[index]!;
  return block;
}

function asBytes(data: SourceData): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
