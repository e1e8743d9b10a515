import { expect, it } from "vitest";
import { rememberedOnce } from "../../src/aws/remembered-once.ts";

function counted({ most, fails = 0 }: { most: number; fails?: number }) {
  const reads: string[] = [];
  const read = rememberedOnce(
    async (key) => {
      reads.push(key);
      if (reads.length <= fails) throw new Error("throttled");
      return key.toUpperCase();
    },
    { most },
  );
  return { read, reads };
}

it("reads each key once, also where several ask at a time", async () => {
  const { read, reads } = counted({ most: 10 });
  expect(await Promise.all([read("a"), read("b"), read("a")])).toEqual(["A", "B", "A"]);
  expect(await read("a")).toBe("A");
  expect(reads).toEqual(["a", "b"]);
});

it("forgets what it was asked for longest ago where there is too much", async () => {
  const { read, reads } = counted({ most: 2 });
  for (const key of ["a", "b", "a", "c", "a", "b"]) await read(key);
  expect(reads).toEqual(["a", "b", "c", "b"]);
});

it("asks again for what could not be read", async () => {
  const { read, reads } = counted({ most: 2, fails: 1 });
  await expect(read("a")).rejects.toThrow("throttled");
  expect(await read("a")).toBe("A");
  expect(reads).toEqual(["a", "a"]);
});
