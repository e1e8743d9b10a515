import { expect, test } from "vitest";
import type { JournalEntry } from "../../src/operations/journal.ts";
import { generationsIn } from "../../src/procedures/what-is-left.ts";

const leader = (name: string, phase: "migrate" | "start"): JournalEntry => ({
  name,
  at: "2026-01-15T02:00:00.000Z",
  mutation: {
    ...{ phase, service: "ecs", operation: "RunTask", resource: "app", parameters: {} },
    ...{ summary: "start", inverse: "stop" },
  },
  undo: { kind: "stop-leader", cluster: "crm", startedBy: "intermission/op", family: "app" },
});

test.each([
  { what: "nothing was started", journal: [], generations: 1 },
  { what: "an upgrade's leader was", journal: [leader("leader", "migrate")], generations: 1 },
  {
    what: "an upgrade's leader was, and one on restored data",
    journal: [leader("leader", "migrate"), leader("back/leader", "start")],
    generations: 2,
  },
  {
    what: "a rollback's was, which starts none on the data as found: the next way back restores once more",
    journal: [leader("back/leader", "start")],
    generations: 2,
  },
  {
    what: "two of a rollback were, by two runs",
    journal: [leader("back/leader", "start"), leader("e2/back/leader", "start")],
    generations: 3,
  },
  {
    what: "the work of a maintenance has ended one node, and another was",
    journal: [leader("leader", "start"), leader("2/leader", "start")],
    generations: 2,
  },
])("there are $generations data generations where $what", ({ journal, generations }) => {
  expect(generationsIn(journal)).toBe(generations);
});
