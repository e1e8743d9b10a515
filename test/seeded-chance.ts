import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Draws whatever this process leaves to chance from a seed, until the returned function is called: Math.random and the random bytes of both crypto modules. */
export function seedChance(seed: number): () => void {
  const generator = xoroshiro128plus(seed);
  const fill = <Bytes extends ArrayBufferView>(into: Bytes): Bytes => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = generator.next() >>> 24;
    return into;
  };
  const randomBytes = (size: number) => fill(Buffer.alloc(size));
  const randomUUID = () => uuidOf(randomBytes(16));
  const restore = [
    replace(Math, { random: () => uniformFloat64(generator) }),
    replace(nodeCrypto, { randomBytes, randomUUID, randomFillSync: fill }),
    // What code without imports calls, such as the SDK for its idempotency tokens.
    replace(globalThis.crypto, { randomUUID, getRandomValues: fill }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const each of restore) each();
    syncBuiltinESMExports();
  };
}

/** Version 4, as RFC 9562 has it. */
function uuidOf(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Answers what puts everything back: the global crypto has its functions from its prototype, and then none of its own again. */
function replace(owner: object, functions: Record<string, unknown>): () => void {
  const before = Object.keys(functions).map((name) => [name, Object.getOwnPropertyDescriptor(owner, name)] as const);
  for (const [name, value] of Object.entries(functions))
    Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true });
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(owner, name, descriptor);
      else Reflect.deleteProperty(owner, name);
    }
  };
}
