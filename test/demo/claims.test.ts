import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/demo/answers.ts";
import { type Course, undisturbed } from "../../src/demo/breakages.ts";
import { claimsOf, nodesInWords, type UpgradeEvidence } from "../../src/demo/claims.ts";
import type { RunningNode } from "../../src/demo/evidence.ts";
import { reportLines } from "../../src/demo/report.ts";
import type { Receipt } from "../../src/operations/receipt.ts";
import type { OperationState } from "../../src/operations/state.ts";
import type { Verdict } from "../../src/sandbox/checker/verdict.ts";

const REQUESTED_AT = new Date(0).toISOString();
const NEW_DIGEST = `sha256:${"2".repeat(64)}`;
const nodesOf = (version: string, tasks: string[]): RunningNode[] =>
  tasks.map((task) => ({ task: task.repeat(32), version, imageDigest: version === "2.0.0" ? NEW_DIGEST : "sha256:1" }));
const answer = (sentAt: number, from: Answer["from"]): Answer => ({
  visitor: "ann",
  sentAt,
  answeredAt: sentAt + 5,
  from,
});
const node = (version: string): Answer["from"] => ({ kind: "node", version, node: "a" });
const page: Answer["from"] = { kind: "page" };
const looked = Object.fromEntries(
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [number, { publicRequests: number }]),
) as unknown as Verdict["looked"];

/** What is known after an upgrade that went well; the cast members say only what claims look at. */
const good = (change: Partial<UpgradeEvidence> = {}): UpgradeEvidence => ({
  operation: { id: "op-1", status: "succeeded", site: "open", requestedAt: REQUESTED_AT } as OperationState,
  events: [],
  receipt: { window: { downtimeMs: 1_500 } } as Receipt,
  exitCodes: { main: 0, post: 0 },
  answers: [answer(0, node("1.4.2")), answer(1_000, page), answer(2_495, node("2.0.0"))],
  lastAnswers: [answer(3_000, node("2.0.0"))],
  acknowledged: [{ text: "bicycle", price: 75.5, sentAt: 0 }],
  discarded: [],
  wrongReads: [],
  shown: [{ text: "bicycle", price: 75.5 }],
  stored: [{ text: "bicycle", price: 75.5 }],
  nodes: { before: nodesOf("1.4.2", ["a", "b", "c"]), after: nodesOf("2.0.0", ["d", "e", "f"]) },
  newDigest: NEW_DIGEST,
  verdict: { violations: [], looked },
  calls: { ECS: 12, DynamoDB: 30 },
  ...change,
});
const operation = (status: string, code?: string) =>
  ({
    status,
    requestedAt: REQUESTED_AT,
    site: status === "held" ? "closed" : "open",
    ...(code && { problem: { code, message: "why" } }),
  }) as OperationState;
const wrong = (evidence: UpgradeEvidence, course: Course = undisturbed) =>
  claimsOf(course, evidence).flatMap(({ claim, wrong: found }) => (found === undefined ? [] : [`${claim}: ${found}`]));

const rolledBack: Course = { what: "", because: "", ending: "rolled-back", problem: "timed-out" };
const old = (tasks: string[]) => nodesOf("1.4.2", tasks);
const afterRollback = (change: Partial<UpgradeEvidence> = {}) =>
  good({
    operation: operation("rolled-back", "timed-out"),
    exitCodes: { main: 1, post: 0 },
    answers: [answer(0, node("1.4.2")), answer(10, page), answer(20, node("1.4.2"))],
    lastAnswers: [answer(30, node("1.4.2"))],
    nodes: { before: old(["a", "b", "c"]), after: old(["d", "e", "f"]) },
    ...change,
  });

const held: Course = { what: "", because: "", ending: "held", problem: "migration-failed" };
const whileHeld = (change: Partial<UpgradeEvidence> = {}) =>
  good({
    operation: operation("held", "migration-failed"),
    exitCodes: { main: 1, post: 0 },
    receipt: undefined,
    shown: undefined,
    answers: [answer(0, node("1.4.2")), answer(10, page)],
    lastAnswers: [answer(30, page)],
    nodes: { before: old(["a", "b", "c"]), after: [] },
    ...change,
  });

const refused: Course = { what: "", because: "", ending: "refused", problem: "preflight-failed" };
const afterRefusal = (change: Partial<UpgradeEvidence> = {}) =>
  good({
    operation: operation("refused", "preflight-failed"),
    exitCodes: { main: 1, post: 0 },
    answers: [answer(0, node("1.4.2"))],
    lastAnswers: [answer(30, node("1.4.2"))],
    nodes: { before: old(["a", "b", "c"]), after: old(["c", "a", "b"]) },
    ...change,
  });

describe("an upgrade that went well", () => {
  it("has nothing wrong with it", () => expect(wrong(good())).toEqual([]));

  it.each<[string, Partial<UpgradeEvidence>]>([
    ["the operation is succeeded: held", { operation: operation("held") }],
    ["it reports no problem: x: why", { operation: operation("succeeded", "x") }],
    ["the action succeeded: exit code 1", { exitCodes: { main: 1, post: 0 } }],
    ["its post step succeeded: exit code 1", { exitCodes: { main: 0, post: 1 } }],
    ["visitors wrote notices: none acknowledged", { acknowledged: [] }],
    ['the database has every acknowledged notice once: 1 lost, the first is "bicycle"', { stored: [] }],
    ['the application shows every acknowledged notice once: 1 lost, the first is "bicycle"', { shown: [] }],
    ["no visitor read anything wrong: a doubled price", { wrongReads: ["a doubled price"] }],
    ["no visitor saw an error: 1, the first: 502", { answers: [answer(0, { kind: "error", what: "502" })] }],
    [
      "the nine invariants hold: 4: two at once",
      {
        verdict: {
          violations: [{ invariant: 4, at: "", message: "two at once", events: [] }],
          looked,
        },
      },
    ],
    ["there is a receipt: none", { receipt: undefined }],
    [
      "as many nodes as before, all of 2.0.0: 2 × 2.0.0 (dddddd, eeeeee)",
      { nodes: { before: old(["a", "b", "c"]), after: nodesOf("2.0.0", ["d", "e"]) } },
    ],
    [
      "every node runs the image that was asked for: , , ",
      {
        nodes: {
          before: old(["a", "b", "c"]),
          after: nodesOf("2.0.0", ["d", "e", "f"]).map(({ task, version }) => ({ task, version })),
        },
      },
    ],
    ['at the end 2.0.0 serves everybody: {"kind":"page"}', { lastAnswers: [answer(0, page)] }],
    ["at the end 2.0.0 serves everybody: no answers", { lastAnswers: [] }],
  ])("is not one when: %s", (words, change) => expect(wrong(good(change))).toEqual([words]));

  it("may leave a red step where the job was cancelled, and then must", () => {
    const course = { ...undisturbed, jobIsCancelled: true };
    expect(wrong(good({ exitCodes: { main: 1, post: 0 } }), course)).toEqual([]);
    expect(wrong(good(), course)).toEqual(["the action's step is red: exit code 0"]);
  });
});

describe("an upgrade that was put back", () => {
  it("is right with the old version serving everybody", () => expect(wrong(afterRollback(), rolledBack)).toEqual([]));

  it("is wrong when a visitor reached the new version", () => {
    const answers = [...afterRollback().answers, answer(15, node("2.0.0"))];
    expect(wrong(afterRollback({ answers }), rolledBack)).toEqual(["no visitor reached 2.0.0: 1 answers"]);
  });

  it("is wrong for another reason than the one that was caused", () => {
    const otherwise = afterRollback({ operation: operation("rolled-back", "cancelled") });
    expect(wrong(otherwise, rolledBack)).toEqual(["its problem is timed-out: cancelled: why"]);
  });
});

describe("an upgrade that was refused", () => {
  it("is right where nothing changed", () => expect(wrong(afterRefusal(), refused)).toEqual([]));

  it("is wrong when nodes were replaced or a visitor saw the page", () => {
    const nodes = { before: old(["a", "b", "c"]), after: old(["d", "e", "f"]) };
    const answers = [answer(0, node("1.4.2")), answer(10, page), answer(20, node("1.4.2"))];
    expect(wrong(afterRefusal({ nodes, answers }), refused)).toEqual([
      "the same nodes as before: aaaaaa bbbbbb cccccc before, dddddd eeeeee ffffff after",
      "no visitor noticed anything: downtime",
    ]);
  });
});

describe("an upgrade that is held", () => {
  it("is right with the page up for everybody", () => expect(wrong(whileHeld(), held)).toEqual([]));

  it("is wrong when a visitor still reaches a node", () => {
    expect(wrong(whileHeld({ lastAnswers: [answer(30, page), answer(31, node("1.4.2"))] }), held)).toEqual([
      'at the end everybody sees the page: {"kind":"node","version":"1.4.2","node":"a"}',
    ]);
  });
});

describe("the table at the end", () => {
  const files = {
    summary: "/tmp/summary.md",
    receipt: "/tmp/receipt.json",
    events: "/tmp/events.ndjson",
    log: "/tmp/action.log",
  };
  const table = (evidence: UpgradeEvidence, course: Course = undisturbed) =>
    reportLines({ course, evidence, claims: claimsOf(course, evidence), files }, (_, text) => text);

  it("says what visitors saw, what is true and where the evidence is", () => {
    expect(`${table(good()).join("\n")}\n`).toMatchInlineSnapshot(`
      "  Ending                    succeeded, expected succeeded
        Downtime for visitors     1.5 s; each of them 1.5 s to 1.5 s
        Downtime by the receipt   1.5 s
        Requests answered         1 by 1.4.2, 1 by the page, 1 by 2.0.0, 0 errors
        Writes acknowledged       1, of which 0 lost and 0 changed
          read back from          1 rows in the database, 1 notices in the application
        Nodes before              3 × 1.4.2 (aaaaaa, bbbbbb, cccccc)
        Nodes after               3 × 2.0.0 (dddddd, eeeeee, ffffff)
        AWS calls of the runbook  42: 30 DynamoDB, 12 ECS
        Invariants                all nine hold
                                  ✓ 1 Before the first node starts, every container has ended and a later snapshot is available (1 public requests)
                                  ✓ 2 On each data generation one node starts before it is verified (2 public requests)
                                  ✓ 3 From closed to opening no public request reaches a node (3 public requests)
                                  ✓ 4 Two versions never run at the same time (4 public requests)
                                  ✓ 5 The old version never runs on data that the new one may have changed (5 public requests)
                                  ✓ 6 It ends in time, and as it says (6 public requests)
                                  ✓ 7 Afterwards everything is as before, but for what the operation is for (7 public requests)
                                  ✓ 8 No acknowledged write is lost (8 public requests)
                                  ✓ 9 One active operation a target (9 public requests)
        Receipt                   /tmp/receipt.json
        Job summary               /tmp/summary.md
        Sandbox's event log       /tmp/events.ndjson
        Action's log              /tmp/action.log
      "
    `);
  });

  it("names what is lost, and that a held operation has not ended", () => {
    const lines = table(whileHeld({ stored: [], standingLeader: "9".repeat(32) }), held).join("\n");
    expect(lines).toContain('1, of which 1 lost, the first is "bicycle"');
    expect(lines).toContain("not over: the page is up");
    expect(lines).toContain("none, and the leader (999999), which only the bypass reaches");
  });
});

describe("nodes", () => {
  it("are grouped by version", () => {
    expect(nodesInWords([...nodesOf("1.4.2", ["b", "a"]), { task: "c".repeat(32) }])).toBe(
      "2 × 1.4.2 (aaaaaa, bbbbbb), 1 × an unknown version (cccccc)",
    );
    expect(nodesInWords([])).toBe("none");
  });
});
