import { expect, test } from "vitest";
import { findPlanted, plantedTable } from "../simulator/planted/find-planted.ts";
import { quickHistories } from "../simulator/planted/histories.ts";

/** What seeds show is looked for by `npm run simulate -- --planted`, and so are the bugs whose histories take long. */
test("finds each of at least 36 bugs planted in production code, in the short history that is kept for it", {
  timeout: 600_000,
}, async () => {
  const kept = quickHistories();
  expect(kept.size).toBeGreaterThanOrEqual(36);
  const searched = await findPlanted({ names: [...kept.keys()], bound: 0, kept });
  const missed = searched.filter(({ found }) => !found).map(({ name }) => name);
  expect(missed, plantedTable(searched)).toEqual([]);
});
