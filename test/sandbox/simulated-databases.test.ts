import { expect, it } from "vitest";
import { createSimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";

it("gives each of very many databases an address of its own, and the same however often it is asked", () => {
  const { addressOf } = createSimulatedDatabases();
  const names = Array.from({ length: 3_000 }, (_, nth) => `board-${nth}`);
  const addresses = names.map(addressOf);
  expect(new Set(addresses).size).toBe(names.length);
  expect(names.map(addressOf)).toEqual(addresses);
});
