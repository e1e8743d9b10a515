import { describe, expect, test } from "vitest";
import type { OperationEvent } from "../../../src/operations/event.ts";
import {
  call,
  claim,
  type Edit,
  ended,
  foundIn,
  nodes,
  request,
  SOMEBODY,
  snapshot,
  started,
  timeAt,
} from "./handmade.ts";
import { backLeader, bypassed, goneBack, restore, restored } from "./right-procedures.ts";

const found = (edit?: Edit) => foundIn(edit, goneBack);
const withClaims =
  (...more: OperationEvent[]): Edit["claims"] =>
  (claims) =>
    [...claims, ...more].toSorted((a, b) => a.at.localeCompare(b.at));
const replaced =
  (type: OperationEvent["type"], change: object): Edit["claims"] =>
  (claims) =>
    claims.map((one) => (one.type === type ? ({ ...one, ...change } as OperationEvent) : one));

test("an upgrade that went back to its snapshot, and in which everything is right, violates nothing", () => {
  expect(found()).toEqual([]);
});

describe("1: before the first node on the restored data every container has ended", () => {
  test("finds the failed leader still running", () => {
    expect(found({ without: ["leader ends"], and: [{ at: 65, fact: ended(nodes.leader) }] })).toEqual([
      expect.stringMatching(/^1: .*task back-leader .*task leader .* running/),
      expect.stringMatching(/^4: .*back-leader .* while .*task leader/),
    ]);
  });
});

describe("2: on the restored data one node starts before it is verified", () => {
  const second = { ...backLeader, task: "second", address: "10.0.0.8" };
  test("finds a second one", () => {
    const and = [
      { at: 65, fact: started(second) },
      { at: 69, fact: ended(second) },
    ];
    expect(found({ and })).toEqual([expect.stringMatching(/^2: .*data-2 .*task second/)]);
  });
  test("finds that nobody verified it", () => {
    expect(found({ claims: (claims) => claims.filter(({ type }) => type !== "verified") })).toEqual([
      expect.stringMatching(/^2: .*one node to start on the data data-2 .*never.*task back /),
      expect.stringMatching(/^2: .*restored data data-2 to have been verified/),
    ]);
  });
  test("finds that what is called verified did not answer well", () => {
    const and = [{ at: 66, fact: bypassed(66, backLeader.address, 503) }];
    expect(found({ without: ["back leader answers"], and })).toEqual([expect.stringMatching(/^2: .*status 503/)]);
  });
});

describe("4: what others start while it goes back must be noticed, although it had given up before", () => {
  const stranger = { ...nodes.old, task: "stranger", address: "10.0.0.9" };
  const and = [
    { at: 60, fact: call("UpdateService", { service: "web", desiredCount: 1 }, SOMEBODY) },
    { at: 60, fact: taskOf(stranger.task) },
    { at: 60, fact: started(stranger) },
    { at: 63, fact: ended(stranger) },
  ];
  test("finds a start that nobody reacted to", () => {
    expect(found({ and }).filter((each) => each.startsWith("4"))).toEqual([
      expect.stringMatching(/^4: expected somebody else's start .*stranger/),
    ]);
  });
  test("allows one that it gave up for", () => {
    const claims = withClaims(claim(65, { type: "phase-finished", phase: "restore", outcome: "failed" }));
    expect(found({ and, claims }).filter((each) => each.startsWith("4"))).toEqual([]);
  });
});

describe("3: what others do to the page while it goes back must be noticed, although it had given up before", () => {
  const ruleArn = goneBack.scenario.listeners[0]!.arn.replace(":listener/", ":listener-rule/");
  const removedAt = (at: number) => ({
    and: [{ at, fact: call("DeleteRule", { RuleArn: ruleArn }, SOMEBODY) }],
  });
  const reactions = (at: number) => found(removedAt(at)).filter((each) => /^3: .*no reaction to DeleteRule/.test(each));
  test("finds one that came after, and forgives one that came in the same millisecond as the reaction to it", () => {
    expect(reactions(57.001)).toHaveLength(1);
    expect(reactions(57)).toEqual([]);
  });
});

describe("5: the old version never runs on touched data, nor on a copy of it", () => {
  test("finds it started before the name was the restored one's", () => {
    const and = [{ at: 61, fact: started(backLeader) }];
    expect(found({ without: ["back leader starts"], and })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^5: .*data-1 .*task leader .*task back-leader/)]),
    );
  });
  test("finds it on data that was restored from a snapshot of touched data", () => {
    const touched = { ...snapshot("available", 56), identifier: "late" } as ReturnType<typeof snapshot>;
    const entries = goneBack.entries.filter(({ at }) => at !== 59);
    const right = { ...goneBack, entries: [...entries, { at: 57, fact: touched }, ...restore(59, "late")] };
    expect(foundIn({}, right)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^5: .*data-2 once .*task leader .*may have changed it/),
        expect.stringMatching(/^6: expected the old data after it was rolled back/),
      ]),
    );
  });
});

describe("6: each run of an operation has its time, and people have theirs", () => {
  const late = (deadlineMs: number, claims?: Edit["claims"]) =>
    found({ claims, input: { scenario: { ...goneBack.scenario, deadlineMs } } });
  test("counts a run from when it took over", () => {
    const takenOver = withClaims(
      claim(56.5, { type: "held", problem: { message: "m", hint: "h" } }),
      claim(56.6, { type: "taken-over", epoch: 2, why: "decided" }),
    );
    expect(late(50_000)).toEqual([expect.stringMatching(/^6: expected an end within 50 s/)]);
    expect(late(50_000, takenOver)).toEqual([]);
    expect(late(30_000, takenOver)).toEqual([
      `6: expected an end within 30 s of ${timeAt(10)}, found it at ${timeAt(56.5)}`,
      `6: expected an end within 30 s of ${timeAt(56.6)}, found it at ${timeAt(90)}`,
    ]);
  });
  test("does not count what people take to decide", () => {
    const waits = withClaims(
      claim(71, { type: "waiting", for: "before-open" }),
      claim(79, { type: "decided", decision: "proceed" }),
    );
    expect(late(75_000)).toHaveLength(1);
    expect(late(75_000, waits)).toEqual([]);
  });
  test("finds one that was taken over and never ended", () => {
    const never: Edit["claims"] = (claims) => [
      ...claims.filter(({ type }) => type !== "finished"),
      claim(90, { type: "held", problem: { message: "m", hint: "h" } }),
      claim(91, { type: "taken-over", epoch: 2, why: "decided" }),
    ];
    expect(found({ claims: never })).toEqual([
      expect.stringMatching(/^6: expected the operation to end or to be held/),
    ]);
  });
});

describe("7: after a restore only what the receipt lists is otherwise", () => {
  const aside = (change: object): Edit => ({
    after: ({ rds }) =>
      void Object.assign(rds.instances.find((one) => one.DBInstanceIdentifier === "db-aside")!, change),
  });
  test.each<[string, Edit, RegExp]>([
    ["no fence on the data put aside", aside({ reachable: true }), /^7: expected fence of db-aside/],
    ["other data put aside", aside({ generation: "data-0" }), /^7: expected generation of db-aside/],
    ["no data put aside", { after: ({ rds }) => void rds.instances.pop() }, /^7: expected existence of db-aside/],
    [
      "a setting that nobody lists",
      { after: ({ rds }) => void Object.assign(rds.instances[0]!, { MultiAZ: true }) },
      /^7: expected MultiAZ of db /,
    ],
    [
      "what no restore keeps, unlisted",
      { claims: replaced("database-restored", { different: [] }) },
      /^7: expected DbiResourceId of db /,
    ],
    [
      "a further instance",
      { after: ({ rds }) => void rds.instances.push({ ...rds.instances[0]!, DBInstanceIdentifier: "db-half" }) },
      /^7: expected existence of db-half/,
    ],
    ["its own revision still active", { without: ["deregister"] }, /^7: expected registration of web:2/],
  ])("finds %s", (_case, edit, words) => {
    expect(found(edit)).toEqual([expect.stringMatching(words)]);
  });
  test("allows a setting that is listed", () => {
    const different = [...restored.different, { what: "MultiAZ", before: "false", now: "true" }];
    const after: Edit["after"] = ({ rds }) => void Object.assign(rds.instances[0]!, { MultiAZ: true });
    expect(found({ after, claims: replaced("database-restored", { different }) })).toEqual([]);
  });
});

describe("8: writes are thrown away only where somebody named the interval", () => {
  const writes = {
    acknowledged: [
      { key: "a", value: "1", at: timeAt(5) },
      { key: "b", value: "2", at: timeAt(15) },
    ],
    found: [{ key: "a", value: "1" }],
  };
  const discarded = claim(63, { type: "discarded", from: timeAt(12), to: timeAt(20) });
  const decided = claim(56.5, { type: "decided", decision: "rollback", discards: { from: timeAt(12) } });
  test("finds a write lost that nobody named", () => {
    expect(found({ input: { writes } })).toEqual([expect.stringMatching(/^8: .*1 lost; the first is b/)]);
  });
  test("finds an interval thrown away that nobody named", () => {
    expect(found({ input: { writes }, claims: withClaims(discarded) })).toEqual([
      expect.stringMatching(/^8: expected somebody to have named the interval/),
      expect.stringMatching(/^8: .*1 lost; the first is b/),
    ]);
  });
  test("allows what a decision named, and nothing before it", () => {
    const claims = withClaims(decided, discarded);
    expect(found({ claims, input: { writes } })).toEqual([]);
    expect(found({ claims, input: { writes: { ...writes, found: [] } } })).toEqual([
      expect.stringMatching(/^8: .*1 lost; the first is a/),
    ]);
  });
});

describe("a restore beside the present database", () => {
  const address = "db-beside.internal";
  const repointed: Edit = {
    claims: replaced("database-restored", { database: "db-beside", address, aside: "db" }),
    after: ({ rds }) => {
      rds.instances.pop();
      const [db] = rds.instances;
      rds.instances.push({ ...db!, DBInstanceIdentifier: "db-beside", DBInstanceArn: "arn:db-beside" });
      Object.assign(db!, { generation: "data-1", DbiResourceId: "db-1", reachable: false });
    },
  };
  test("finds the present one left within reach", () => {
    const open: Edit["after"] = (state) => {
      repointed.after!(state);
      state.rds.instances[0]!.reachable = true;
    };
    expect(found({ ...repointed, after: open })).toEqual([expect.stringMatching(/^7: expected fence of db /)]);
  });
  test("leaves what there was as it was but for the fence, and is like it but for its names and what is listed", () => {
    expect(found(repointed)).toEqual([]);
    const different: Edit["after"] = (state) => {
      repointed.after!(state);
      state.rds.instances[1]!.MultiAZ = true;
    };
    expect(found({ ...repointed, after: different })).toEqual([
      expect.stringMatching(/^7: expected MultiAZ of db-beside/),
    ]);
  });
});

test("the page must hold in the window again after it was opened and closed again", () => {
  const claims: Edit["claims"] = (all) => [
    ...all.slice(0, 2),
    claim(51, { type: "opening-started" }),
    claim(53, { type: "closed" }),
    ...all.slice(2),
  ];
  const passed = { at: 60, fact: request({ at: 60, node: nodes.leader.address }) };
  const shown = { at: 61, fact: request({ at: 61 }) };
  expect(found({ claims, and: [shown] })).toEqual([]);
  expect(found({ claims, and: [passed, shown] })).toEqual([expect.stringMatching(/^3: .*found 1 of 2/)]);
});

function taskOf(name: string) {
  return {
    kind: "task",
    taskArn: `arn:aws:ecs:r:1:task/main/${name}`,
    group: "service:web",
    taskDefinitionArn: "arn:aws:ecs:r:1:task-definition/web:1",
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
  } as const;
}
