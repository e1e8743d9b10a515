import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { logs } from "../../src/api/examples/story.ts";
import { FOLD, fold } from "../../src/operations/state.ts";
import { endings } from "./endings.ts";

const at = (time: string) => `2026-01-15T${time}:00.000Z`;

test("a site that closed again while it opened is remembered as it was, moment by moment", () => {
  expect(endings["an upgrade that is held while it opens"]!.state.sites).toEqual([
    { site: "closing", from: at("02:01") },
    { site: "closed", from: at("02:02") },
    { site: "opening", from: at("02:25") },
    { site: "closed", from: at("02:30") },
  ]);
});

test("a wait ends with the decision that ended it, and lasts while nobody decides", () => {
  expect(endings["a maintenance that is done"]!.state.waits).toEqual([
    { for: "maintenance", from: at("02:07"), to: at("02:50"), decision: "proceed", by: "operator/ada" },
  ]);
  expect(endings["a maintenance that waits"]!.state.waits).toEqual([{ for: "maintenance", from: at("02:07") }]);
});

test("every run that took over is remembered, with why", () => {
  const { takeovers } = endings["a held upgrade, taken over and rolled back because somebody decided it"]!.state;
  expect(takeovers).toEqual([{ at: at("02:30"), epoch: 2, why: "operator/ada decided: rollback" }]);
});

test("the same events make the same of an operation as when the fold got its number", () => {
  // Where this fails because the fold makes something else of them on purpose: give FOLD another number, and then the hash that was found.
  const states = [...Object.values(endings).map(({ events }) => events), ...Object.values(logs)].map((events) =>
    fold("op", events),
  );
  const hash = createHash("sha256").update(JSON.stringify(states)).digest("hex").slice(0, 16);
  expect({ FOLD, hash }).toEqual({ FOLD: 2, hash: "aa6ced9e4f90bb6f" });
});
