import { describe, expect, test } from "vitest";
import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import { type OperationRequest, operationRequestSchema } from "../../src/operations/operation.ts";
import { fold } from "../../src/operations/state.ts";
import { waysOn } from "../../src/operations/ways-on.ts";
import { targetSchema } from "../../src/targets/schema.ts";
import { alice } from "./sample.ts";

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;

const AT = (second: number) => new Date(Date.parse("2026-01-15T02:00:00Z") + second * 1_000).toISOString();
const problem = { code: "timed-out", message: "not ready" };

const started: Fact = { type: "started" };
const closed: Fact = { type: "closed" };
const snapshot: Fact = { type: "snapshot-available", snapshot: "snap-1", createdAt: AT(1_000) };
const noReturn: Fact = { type: "point-of-no-return-passed", snapshot: "snap-1" };
/** The leader was asked for. */
const asked: Fact = {
  type: "mutation",
  mutation: {
    ...{ phase: "migrate", service: "ecs", operation: "RunTask", resource: "app" },
    ...{ parameters: {}, summary: "start", inverse: "stop" },
  },
};
const touched = [noReturn, asked];
const verified: Fact = { type: "verified", taskArn: "leader" };
const verifyDone: Fact[] = [
  { type: "phase-started", phase: "verify" },
  verified,
  { type: "phase-finished", phase: "verify", outcome: "done" },
];
const opening: Fact = { type: "opening-started" };
const unrestorable: Fact = {
  type: "check",
  check: { name: "restore-is-possible", outcome: "warned", looked: "it", expected: "one", found: "another" },
};
const held: Fact = { type: "held", problem };
const back: Fact = { type: "going-back", why: "it failed", snapshot: "snap-1" };
const backAsItIs: Fact = { type: "going-back", why: "it failed" };
const takesItUpon: Fact = { type: "decided", decision: "rollback", by: alice, data: "as-it-is" };
const finished: Fact = { type: "finished", status: "succeeded" };
const waits = (question: "start" | "before-window" | "before-open" | "before-scale-out" | "maintenance"): Fact => ({
  type: "waiting",
  for: question,
});
const untilTouched = [started, closed, snapshot, ...touched];

const upgrade = { procedure: "upgrade", image: "app:2" };
const maintenance = { procedure: "maintenance" };
const openMaintenance = { procedure: "maintenance", traffic: "open" };

const target = (over: object) => ({
  ...targetSchema.parse({
    app: "nocobase",
    url: "https://crm.example.com",
    cluster: "crm",
    services: [{ name: "web", container: "app" }],
    database: { instance: "crm-db" },
    restore: { fence: "sg-fence" },
    ...over,
  }),
});

function after(facts: Fact[], request: object = upgrade, over: object = {}) {
  const parsed: OperationRequest = operationRequestSchema.parse(request);
  const first = { type: "requested", target: "crm", request: parsed, requestedBy: alice };
  const events = [first, ...facts].map(
    (fact, index) => ({ ...fact, key: String(index), seq: index + 1, at: AT(index) }) as OperationEvent,
  );
  return waysOn(fold("op", events)!, target(over));
}

const PUTS_BACK = "puts everything back as it was found; the data is untouched";
const RESTORES = "restores the snapshot snap-1, starts on it what ran before and opens the site";
const AS_IT_IS = "stops what runs, starts what ran before on the data as it is and opens the site: nothing is restored";
const HOLDS = "does what a failure does: holds the operation with the page up, so that it can be decided";
const LOOKS =
  "looks at the leader again: where it is verified now, starts the other nodes and opens the site, and otherwise holds again";

describe("what can be decided", () => {
  test.each<[string, Fact[], [string, string][]]>([
    [
      "pending",
      [],
      [
        ["rollback", PUTS_BACK],
        ["cancel", PUTS_BACK],
      ],
    ],
    [
      "running, the data untouched",
      [started, closed],
      [
        ["rollback", PUTS_BACK],
        ["cancel", PUTS_BACK],
      ],
    ],
    [
      "running past the point of no return",
      untilTouched,
      [
        ["rollback", RESTORES],
        ["cancel", HOLDS],
      ],
    ],
    ["running past it without a snapshot", [started, closed, ...touched], [["cancel", HOLDS]]],
    [
      "running past it, the database one that no restore brings back",
      [unrestorable, ...untilTouched],
      [["cancel", HOLDS]],
    ],
    [
      "running past it, the leader not asked for",
      [started, closed, snapshot, noReturn],
      [
        ["rollback", PUTS_BACK],
        ["cancel", PUTS_BACK],
      ],
    ],
    [
      "held, its leader stopped so that nothing replaces it",
      [...untilTouched, { type: "going-back", why: "it failed" }, held],
      [
        ["proceed", LOOKS],
        ["rollback", RESTORES],
      ],
    ],
    ["opening", [...untilTouched, ...verifyDone, opening], []],
    ["open, and putting settings back", [...untilTouched, ...verifyDone, opening, { type: "opened" }], []],
    ["going back", [...untilTouched, back], []],
    [
      "waiting for its time",
      [started, waits("start")],
      [
        ["rollback", PUTS_BACK],
        ["cancel", PUTS_BACK],
      ],
    ],
    [
      "waiting before the window",
      [started, waits("before-window")],
      [
        ["proceed", "looks at everything once more and closes the site"],
        ["rollback", PUTS_BACK],
        ["cancel", PUTS_BACK],
      ],
    ],
    [
      "waiting before it opens",
      [...untilTouched, ...verifyDone, waits("before-open")],
      [
        ["proceed", "starts the other nodes and opens the site"],
        ["rollback", RESTORES],
        ["cancel", HOLDS],
      ],
    ],
    [
      "waiting before it scales out, without a snapshot",
      [started, closed, ...touched, ...verifyDone, waits("before-scale-out")],
      [
        ["proceed", "starts the other nodes and opens the site"],
        ["cancel", HOLDS],
      ],
    ],
    [
      "held, the data untouched",
      [started, closed, held],
      [
        ["rollback", `tries again: ${PUTS_BACK}`],
        ["cancel", `tries again: ${PUTS_BACK}`],
      ],
    ],
    [
      "held past the point of no return",
      [...untilTouched, held],
      [
        ["proceed", LOOKS],
        ["rollback", RESTORES],
      ],
    ],
    [
      "held past it without a snapshot",
      [started, closed, ...touched, held],
      [
        ["proceed", LOOKS],
        ["rollback", AS_IT_IS],
      ],
    ],
    [
      "held without a snapshot after somebody took the data upon himself",
      [started, closed, ...touched, held, takesItUpon, backAsItIs, held],
      [["rollback", AS_IT_IS]],
    ],
    [
      "held before it, where a stranger may have touched the data",
      [started, closed, backAsItIs, { ...held, problem: { code: "foreign-start", message: "a task" } }],
      [
        ["rollback", AS_IT_IS],
        ["cancel", `tries again: ${PUTS_BACK}`],
      ],
    ],
    [
      "held with a verified leader",
      [...untilTouched, ...verifyDone, held],
      [
        ["proceed", "starts the other nodes and opens the site"],
        ["rollback", RESTORES],
      ],
    ],
    [
      "held while it went back",
      [...untilTouched, back, held],
      [["rollback", "goes on going back, from where it stopped"]],
    ],
    [
      "taken over",
      [...untilTouched, held, { type: "taken-over", epoch: 2, why: "decided" }],
      [
        ["rollback", RESTORES],
        ["cancel", HOLDS],
      ],
    ],
    ["over", [...untilTouched, finished], []],
  ])("%s", (_name, facts, expected) => {
    expect(after(facts).map(({ decision, does }) => [decision, does])).toEqual(expected);
    expect(after(facts).filter(({ discards }) => discards)).toEqual([]);
  });

  test("once the site has begun to open, going back must name since when visitors have written", () => {
    const [proceed, rollback, ...more] = after([...untilTouched, ...verifyDone, opening, held]);
    expect(proceed).toEqual({ decision: "proceed", does: "opens the site again" });
    expect(rollback).toEqual({
      decision: "rollback",
      does: `${RESTORES}; what was written since ${AT(9)} is lost`,
      discards: { from: AT(9) },
    });
    expect(more).toEqual([]);
  });

  test("where the page was gone, going back must name that visitors may have written since the point of no return", () => {
    const gone: Fact = { type: "page-was-gone" };
    const since = { from: AT(4) };
    const atPointOfNoReturn = after([...untilTouched, gone, held]);
    expect(atPointOfNoReturn.map(({ decision, discards }) => [decision, discards])).toEqual([
      ["proceed", undefined],
      ["rollback", since],
    ]);
    const opened = after([...untilTouched, gone, held, ...verifyDone, opening, held]);
    expect(opened.find(({ decision }) => decision === "rollback")?.discards).toEqual(since);
    const before = after([started, closed, gone, snapshot, ...touched, held]);
    expect(before.find(({ decision }) => decision === "rollback")?.discards).toBeUndefined();
    const stopping = after([...untilTouched, gone], upgrade, { onFailure: "rollback" });
    expect(stopping.find(({ decision }) => decision === "cancel")?.does).toBe(HOLDS);
  });

  test("on the way back too, and from the restored data on only what was written to that", () => {
    const gone: Fact = { type: "page-was-gone" };
    const restored: Fact = {
      type: "database-restored",
      ...{ snapshot: "snap-1", database: "crm-db", address: "crm-db.example", different: [], tell: [] },
    };
    expect(after([...untilTouched, back, gone, held])).toEqual([
      {
        decision: "rollback",
        does: `goes on going back, from where it stopped; what was written since ${AT(4)} may be lost`,
        discards: { from: AT(4) },
      },
    ]);
    expect(after([...untilTouched, gone, back, restored, held])[0]?.discards).toBeUndefined();
    expect(after([...untilTouched, gone, back, restored, gone, held])[0]?.discards).toEqual({ from: AT(8) });
  });

  test("a maintenance with the site open loses what was written since its snapshot was requested", () => {
    const facts: Fact[] = [started, snapshot, noReturn, waits("maintenance")];
    const ways = after(facts, openMaintenance, { onFailure: "rollback" });
    expect(ways.map(({ decision, discards }) => [decision, discards])).toEqual([
      ["proceed", undefined],
      ["rollback", { from: AT(1_000) }],
      ["cancel", undefined],
    ]);
    expect(ways[0]?.does).toBe("verifies the one node and starts all nodes anew");
    expect(ways[2]?.does).toBe("does what a failure does: holds the operation as it is, so that it can be decided");
    expect(after([...facts, held], openMaintenance)[1]?.discards).toEqual({ from: AT(1_000) });
  });

  test("a maintenance behind the page loses nothing of visitors'", () => {
    const ways = after([...untilTouched, waits("maintenance")], maintenance);
    expect(ways.map(({ decision, does }) => [decision, does])).toEqual([
      ["proceed", "verifies the one node and starts all nodes anew, then opens the site"],
      ["rollback", RESTORES],
      ["cancel", HOLDS],
    ]);
  });

  test("to cancel does what the request says of failures, or else the target, and never what visitors wrote", () => {
    const cancel = (...of: Parameters<typeof after>) =>
      after(...of).find(({ decision }) => decision === "cancel")?.does;
    const back = `does what a failure does: ${RESTORES}`;
    expect(cancel(untilTouched, upgrade, { onFailure: "rollback" })).toBe(back);
    expect(cancel(untilTouched, { ...upgrade, onFailure: "rollback" })).toBe(back);
    expect(cancel(untilTouched, { ...upgrade, onFailure: "hold" }, { onFailure: "rollback" })).toBe(HOLDS);
    expect(cancel([started, closed, ...touched], upgrade, { onFailure: "rollback" })).toBe(HOLDS);
    expect(cancel(untilTouched, upgrade, { onFailure: "rollback", storage: "mine" })).toBe(HOLDS);
    expect(cancel([...untilTouched, ...verifyDone, waits("before-open")], upgrade, { onFailure: "rollback" })).toBe(
      back,
    );
  });

  test("nothing is restored where there is no fence to put the present database behind", () => {
    const ways = after([...untilTouched, held], upgrade, { restore: {} });
    expect(ways.map(({ decision, data }) => [decision, data])).toEqual([
      ["proceed", undefined],
      ["rollback", "as-it-is"],
    ]);
    expect(after([...untilTouched], upgrade, { restore: {}, onFailure: "rollback" }).map(({ does }) => does)).toEqual([
      HOLDS,
    ]);
  });
});
