import nodeCrypto, { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { seedChance } from "./seeded-chance.ts";

const drawn = () => [
  Math.random(),
  randomUUID(),
  randomBytes(8).toString("hex"),
  nodeCrypto.randomFillSync(Buffer.alloc(8)).toString("hex"),
  crypto.randomUUID(),
  [...crypto.getRandomValues(new Uint32Array(2))],
];
const drawnFrom = (seed: number) => {
  const restore = seedChance(seed);
  try {
    return drawn();
  } finally {
    restore();
  }
};

test("a seed decides whatever is drawn", () => {
  expect(drawnFrom(7)).toEqual(drawnFrom(7));
  const [seven, eight] = [drawnFrom(7), drawnFrom(8)];
  for (const [index, each] of seven.entries()) expect(each).not.toEqual(eight[index]);
});

test("what is drawn looks as if it were not", () => {
  const [fraction, uuid] = drawnFrom(7);
  expect(fraction).toSatisfy((value: number) => value >= 0 && value < 1);
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("afterwards everything is left to chance again", () => {
  drawnFrom(7);
  const [one, other] = [drawn(), drawn()];
  for (const [index, each] of one.entries()) expect(each).not.toEqual(other[index]);
  expect(Object.keys(crypto)).toEqual([]);
});
