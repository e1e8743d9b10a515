import { expect, test } from "vitest";
import { findPlanted, plantedTable } from "../simulator/planted/find-planted.ts";
import { keptHistories } from "../simulator/planted/histories.ts";

test("finds every bug that is planted in production code, in the history that is kept for it", {
  timeout: 600_000,
}, async () => {
  const kept = keptHistories();
  const searched = await findPlanted({ names: [...kept.keys()], kept });
  const missed = searched.filter(({ found }) => !found).map(({ name }) => name);
  expect(missed, plantedTable(searched)).toEqual([]);
});
