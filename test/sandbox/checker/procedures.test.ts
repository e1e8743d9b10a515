import { describe, expect, test } from "vitest";
import type { OperationEvent } from "../../../src/operations/event.ts";
import {
  claim,
  cloudWith,
  type Edit,
  ended,
  foundIn,
  nodes,
  type Right,
  request,
  snapshot,
  started,
  timeAt,
} from "./handmade.ts";
import { back, firstStart, leader, maintenance, renames, restore, restored, rollback } from "./right-procedures.ts";

const endingWith =
  (...last: OperationEvent[]): Edit["claims"] =>
  (claims) =>
    [...claims.filter(({ type }) => type !== "finished"), ...last].toSorted((a, b) => a.at.localeCompare(b.at));
const second = { ...leader, task: "second", address: "10.0.0.8" };
const secondNode = [
  { at: 52, fact: started(second) },
  { at: 54, fact: ended(second) },
];

test.each<[string, Right]>([
  ["first start", firstStart],
  ["maintenance", maintenance],
  ["rollback", rollback],
])("a %s in which everything is right violates nothing", (_name, right) => {
  expect(foundIn({}, right)).toEqual([]);
});

describe("a first start", () => {
  const found = (edit: Edit) => foundIn(edit, firstStart);

  test("finds a second node that installs into the same empty data", () => {
    expect(found({ and: secondNode })).toEqual([expect.stringMatching(/^2: .*data-1 .*task second/)]);
  });
  test("finds fewer nodes than were asked for", () => {
    const input = { scenario: { ...firstStart.scenario, counts: { web: 2 } } };
    expect(found({ input })).toEqual(["6: expected 2 running nodes of web, found 1"]);
  });
  test("finds that there is no snapshot to go back to but one from before it was asked for", () => {
    const old = [
      { at: 5, fact: snapshot("creating", 5) },
      { at: 6, fact: snapshot("available", 5) },
    ];
    expect(found({ without: ["snapshot", "snapshot available"], and: old })).toEqual([
      expect.stringMatching(/^1: .*backup, older than/),
    ]);
  });

  describe("taken back", () => {
    const takenBack: Edit = {
      without: ["next starts", "visit", "last visit"],
      claims: endingWith(
        claim(58, { type: "phase-finished", phase: "verify", outcome: "failed" }),
        claim(58, { type: "going-back", why: "w", snapshot: "backup" }),
        claim(63, { type: "database-restored", ...restored }),
        claim(90, { type: "finished", status: "rolled-back" }),
      ),
      and: [...restore(71, "backup"), ...renames(72)],
      input: { writes: { acknowledged: [], found: [] } },
    };
    const after = () => {
      const state = firstStart.before();
      Object.assign(state.rds.instances[0]!, { generation: "data-2", DbiResourceId: "db-2" });
      const aside = { DBInstanceIdentifier: "db-aside", DBInstanceStatus: "available", generation: "data-1" };
      state.rds.instances.push({ ...aside, reachable: false });
      return state;
    };
    const right: Right = { ...firstStart, after };
    test("leaves the services at 0 and the data empty", () => {
      expect(foundIn(takenBack, right)).toEqual([]);
    });
    test("finds data under the name that a node has changed", () => {
      const and = takenBack.and!.filter(({ name }) => name !== "rename");
      expect(foundIn({ ...takenBack, and }, right)).toEqual([
        expect.stringMatching(/^6: expected empty data as db .*found data-1, which .*task leader/),
      ]);
    });
    test("finds nodes left", () => {
      const left = () => Object.assign(after(), { ecs: cloudWith(back).ecs });
      expect(foundIn(takenBack, { ...right, after: left })).toEqual(
        expect.arrayContaining([expect.stringMatching(/^6: expected 0 running nodes of web, found 1/)]),
      );
    });
  });
});

describe("a maintenance", () => {
  const found = (edit: Edit) => foundIn(edit, maintenance);

  test("finds the site open while people work", () => {
    expect(found({ and: [{ at: 50, fact: request({ at: 50, node: leader.address }) }] })).toEqual([
      expect.stringMatching(/^3: .*found 1 of 2/),
    ]);
  });
  test("finds a node that was not stopped before the one started", () => {
    expect(found({ without: ["old ends"], and: [{ at: 50, fact: ended(nodes.old) }] })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1: .*task leader .*task old .* running/)]),
    );
  });
  test("finds a second node before the one was verified", () => {
    expect(found({ and: secondNode })).toEqual([expect.stringMatching(/^2: .*task second/)]);
  });
  test("finds a node from before the work that knows nothing of it", () => {
    const and = [{ at: 53, fact: started(back) }];
    expect(found({ without: ["next starts"], and })).toContainEqual(
      expect.stringMatching(/^6: expected every node to have started after the work .*task back /),
    );
  });
  test("finds that nobody waited for the work", () => {
    expect(found({ claims: (claims) => claims.filter(({ type }) => type !== "waiting") })).toEqual([
      expect.stringMatching(/^6: expected a maintenance that succeeded to have waited/),
    ]);
  });
  test("takes the word of somebody who goes on with a held one for the end of the work", () => {
    const held: OperationEvent = {
      ...{ operationId: "op", seq: 0, at: new Date(50_000).toISOString(), type: "held", key: "held" },
      problem: { code: "unexpected", message: "it does not go on" },
    };
    expect(
      found({
        claims: (claims) =>
          claims.flatMap((claim) => (claim.type === "waiting" ? [{ ...held, at: claim.at }] : [claim])),
      }),
    ).toEqual([]);
  });

  describe("with open traffic", () => {
    const open: Right = { ...maintenance, scenario: { ...maintenance.scenario, traffic: "open" } };
    const served: Edit = {
      without: ["page", "snapshot", "snapshot available"],
      and: [{ at: 50, fact: request({ at: 50, node: leader.address }) }],
      claims: (claims) => claims.filter(({ type }) => !["closed", "opening-started", "opened"].includes(type)),
    };
    test("promises no page and no stop", () => {
      expect(foundIn(served, open)).toEqual([]);
    });
    test("may hold with the site open, and must say why", () => {
      const held = (problem: object): Edit => ({
        ...served,
        without: [...served.without!, "next starts"],
        claims: (claims) => [...served.claims!(claims).slice(0, 2), claim(53, { type: "held", problem })],
      });
      expect(foundIn(held({ message: "the time is up", hint: "decide" }), open)).toEqual([]);
      expect(foundIn(held({ message: "the time is up" }), open)).toEqual([expect.stringMatching(/^6: .*what to do/)]);
    });
  });

  describe("that goes back", () => {
    const gaveUp = claim(44, { type: "phase-finished", phase: "back-up", outcome: "failed" });
    const rolledBack = claim(90, { type: "finished", status: "rolled-back" });
    test("may start all nodes at once where none of its own had run", () => {
      const edit: Edit = {
        without: ["leader starts", "leader answers", "leader ends", "snapshot available"],
        and: [
          { at: 60, fact: started(second) },
          { at: 61, fact: ended(second) },
        ],
        claims: ([requested, closed, , , , opening, opened]) =>
          [requested!, closed!, gaveUp, opening!, opened!, rolledBack].toSorted((a, b) => a.at.localeCompare(b.at)),
      };
      expect(foundIn(edit, maintenance)).toEqual([]);
    });
    test("finds nodes on the data that people have worked on", () => {
      expect(found({ claims: endingWith(rolledBack) })).toEqual([
        expect.stringMatching(/^6: expected the old data .*task back .*data-1, which the work may have changed/),
      ]);
    });
  });
});

describe("a rollback", () => {
  const found = (edit: Edit) => foundIn(edit, rollback);

  test("finds the old version on the data that the new one had", () => {
    const of = found({ without: ["rename"] });
    expect(of).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1: expected the first node of a rollback to reach restored data, found .* data-1/),
        expect.stringMatching(/^5: .*data-1 once .*task next .*task back-leader/),
        expect.stringMatching(/^6: expected the data of backup .*no restored data/),
      ]),
    );
  });
  test("finds the data of another snapshot", () => {
    const other = [
      { at: 1, fact: { ...snapshot("available", 1), identifier: "older" } as ReturnType<typeof snapshot> },
      ...restore(31, "older"),
    ];
    const entries = [...rollback.entries.filter(({ at }) => at !== 31), ...other];
    expect(foundIn({}, { ...rollback, entries })).toEqual([
      expect.stringMatching(/^6: expected the data of backup .*older of/),
    ]);
  });
  test("finds a node of what it takes back still running when the old one starts", () => {
    expect(found({ without: ["next ends"], and: [{ at: 51, fact: ended(nodes.next) }] })).toEqual([
      expect.stringMatching(/^1: .*task back-leader .*task next .* running/),
      expect.stringMatching(/^4: .*back-leader .* while .*task next/),
    ]);
  });
  test("finds a write gone from before the interval that the caller confirmed, and lets those in it go", () => {
    const acknowledged = [
      { key: "before", value: "1", at: timeAt(1) },
      { key: "in it", value: "2", at: timeAt(8) },
    ];
    const with_ = (found: { key: string; value: string }[]) => ({ input: { writes: { acknowledged, found } } });
    expect(found(with_([{ key: "before", value: "1" }]))).toEqual([]);
    expect(found(with_([]))).toEqual([expect.stringMatching(/^8: .*1 lost; the first is before/)]);
  });
  test("finds an interval that the caller never confirmed", () => {
    const input = { scenario: { ...rollback.scenario, discards: undefined } };
    expect(found({ input })).toEqual([expect.stringMatching(/^8: expected somebody to have named the interval/)]);
  });
});
