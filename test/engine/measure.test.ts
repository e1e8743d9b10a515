import { describe, expect, it, test } from "vitest";
import { inAll, measure } from "../../src/engine/measure.ts";
import type { ActiveOperation } from "../../src/operations/dynamo-active.ts";
import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import type { OperationRequest, phaseNames } from "../../src/operations/operation.ts";
import { quietMs } from "../../src/operations/silence.ts";
import { fold } from "../../src/operations/state.ts";
import { waitsOf } from "../../src/procedures/waits.ts";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import { A, alice, operation } from "../operations/sample.ts";

const [S, M, H] = [1_000, 60_000, 3_600_000];
const START = Date.parse("2026-01-15T02:00:00.000Z");
const limits = { longestWindowMs: 2 * H, longestWaitMs: H };
const time = (afterMs: number) => new Date(START + afterMs).toISOString();
const { targets } = parseConfiguration(
  "targets: { crm: { app: nocobase, url: 'http://crm', cluster: crm, services: [{ name: web, container: app }], database: { instance: crm-db } } }",
  "intermission.yml",
);
const target = targets.get("crm")!;

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;
/** An operation to which things happened, each so long after it was requested. */
function active(facts: [afterMs: number, fact: Fact][], request: Partial<OperationRequest> = {}): ActiveOperation {
  const requested = { ...operation().request, ...request } as OperationRequest;
  const all: [number, Fact][] = [
    [0, { type: "requested", target: "crm", request: requested, requestedBy: alice }],
    ...facts,
  ];
  const events = all.map(
    ([after, fact], index) => ({ ...fact, seq: index + 1, at: time(after), key: String(index) }) as OperationEvent,
  );
  return { id: A, target: "crm", requestedAt: time(0), configuration: target, state: fold(A, events) };
}
const at = (afterMs: number, found: ActiveOperation | undefined) =>
  measure(found, { nowMs: START + afterMs, ...limits });
const metrics = (afterMs: number, found: ActiveOperation | undefined) => at(afterMs, found).metrics;

const problem = { code: "timed-out", message: "not ready" };
const phase = (name: (typeof phaseNames)[number]): Fact => ({ type: "phase-started", phase: name });
const ended = (name: (typeof phaseNames)[number], outcome: "done" | "failed" = "done"): Fact => ({
  type: "phase-finished",
  phase: name,
  outcome,
});
const zero = {
  HeldOperations: 0,
  ActiveOperations: 0,
  WaitingSeconds: 0,
  PageUpSeconds: 0,
  WindowOverdue: 0,
  WaitOverdue: 0,
  FailedRestores: 0,
  SilentOperations: 0,
};

test("a target that nothing happens on is measured as zeros", () => {
  expect(at(0, undefined)).toEqual({ metrics: zero, troubles: [] });
});

test("of all targets together, operations are added up and the longest time counts", () => {
  const one = { ...zero, ActiveOperations: 1, HeldOperations: 1, PageUpSeconds: 10 };
  expect(inAll([one, { ...one, PageUpSeconds: 30 }, zero])).toEqual({
    ...zero,
    ActiveOperations: 2,
    HeldOperations: 2,
    PageUpSeconds: 30,
  });
  expect(inAll([])).toEqual(zero);
});

describe("the page", () => {
  const closed: [number, Fact][] = [
    [M, { type: "closing-started" }],
    [2 * M, { type: "closed" }],
  ];

  it("is up from the moment the site begins to close until the application answers", () => {
    expect(metrics(M + 30 * S, active(closed.slice(0, 1)))).toMatchObject({ PageUpSeconds: 30 });
    expect(metrics(11 * M, active(closed))).toMatchObject({ PageUpSeconds: 600 });
    const opening = active([...closed, [10 * M, { type: "opening-started" }]]);
    expect(metrics(11 * M, opening)).toMatchObject({ PageUpSeconds: 600 });
    const open = active([...closed, [10 * M, { type: "opening-started" }], [11 * M, { type: "opened" }]]);
    expect(metrics(12 * M, open)).toMatchObject({ PageUpSeconds: 0 });
  });

  it("that comes up again is measured from then on", () => {
    const again = active([...closed, [10 * M, { type: "opened" }], [20 * M, { type: "closing-started" }]]);
    expect(metrics(21 * M, again)).toMatchObject({ PageUpSeconds: 60 });
  });

  it("is overdue after the longest window, or after mustOpenBy in its place, to the millisecond", () => {
    const found = active(closed);
    expect(metrics(M + 2 * H, found).WindowOverdue).toBe(0);
    expect(metrics(M + 2 * H + 1, found).WindowOverdue).toBe(1);
    const promised = active(closed, { mustOpenBy: "2026-01-15T03:30:00+01:00" });
    expect(metrics(30 * M, promised).WindowOverdue).toBe(0);
    const { troubles, metrics: overdue } = at(30 * M + 1, promised);
    expect(overdue.WindowOverdue).toBe(1);
    expect(troubles[0]).toMatchObject({ trouble: "window-overdue", operation: A, target: "crm", since: time(M) });
    const late = active(closed, { mustOpenBy: "2026-01-15T10:00:00Z" });
    expect(metrics(7 * H, late).WindowOverdue).toBe(0);
  });

  it("that is not up is never overdue", () => {
    expect(metrics(9 * H, active([], { mustOpenBy: "2026-01-15T03:00:00Z" })).WindowOverdue).toBe(0);
    const work = active([[M, { type: "waiting", for: "maintenance", until: time(9 * H) }]], {
      procedure: "maintenance",
      traffic: "open",
    } as Partial<OperationRequest>);
    expect(metrics(5 * H, work)).toMatchObject({ PageUpSeconds: 0, WindowOverdue: 0, WaitingSeconds: 5 * 3_600 - 60 });
  });

  it("is up and overdue also where the operation is held", () => {
    const held = active([...closed, [3 * M, { type: "held", problem }]]);
    expect(metrics(3 * H, held)).toMatchObject({ HeldOperations: 1, WindowOverdue: 1, PageUpSeconds: 3 * 3_600 - 60 });
  });
});

describe("a question", () => {
  const asked: [number, Fact][] = [[10 * M, { type: "waiting", for: "before-open", until: time(5 * H) }]];

  it("is waited for from the moment it was asked, and overdue after the longest wait", () => {
    expect(metrics(15 * M, active(asked))).toMatchObject({ WaitingSeconds: 300, WaitOverdue: 0 });
    expect(metrics(10 * M + H, active(asked)).WaitOverdue).toBe(0);
    expect(at(10 * M + H + 1, active(asked))).toMatchObject({
      metrics: { WaitOverdue: 1 },
      troubles: [
        { trouble: "wait-overdue", live: expect.stringContaining("waits for a decision before the site opens") },
      ],
    });
  });

  it("is none once it is answered, once its time is up, and where it waits to begin", () => {
    const answered = active([...asked, [11 * M, { type: "decided", decision: "proceed", by: alice }]]);
    const over = active([...asked, [11 * M, { type: "waited" }]]);
    const start = active([[M, { type: "waiting", for: "start", until: time(9 * H) }]]);
    for (const found of [answered, over, start])
      expect(metrics(20 * M, found)).toMatchObject({ WaitingSeconds: 0, WaitOverdue: 0 });
  });
});

describe("a failed restore", () => {
  const back: [number, Fact][] = [
    [M, { type: "going-back", why: "broken", snapshot: "s" }],
    [2 * M, phase("restore")],
  ];
  const held: [number, Fact] = [4 * M, { type: "held", problem }];

  it("is one that an operation is held in, whether it failed or its run ended in the middle", () => {
    const failed = active([...back, [3 * M, ended("restore", "failed")], held]);
    expect(at(5 * M, failed)).toMatchObject({
      metrics: { FailedRestores: 1, HeldOperations: 1 },
      troubles: [{ trouble: "held" }, { trouble: "failed-restore", since: time(3 * M) }],
    });
    expect(metrics(5 * M, active([...back, held])).FailedRestores).toBe(1);
  });

  it("is none while it is tried, where it came to its end, and where it was not a restore that failed", () => {
    const restored = active([...back, [3 * M, ended("restore")], held]);
    const other = active([[M, phase("migrate")], [2 * M, ended("migrate", "failed")], held]);
    const again = active([
      ...back,
      [3 * M, ended("restore", "failed")],
      held,
      [5 * M, { type: "taken-over", epoch: 2, why: "decided" }],
      [6 * M, phase("restore")],
    ]);
    for (const found of [restored, other, again, active(back)]) expect(metrics(7 * M, found).FailedRestores).toBe(0);
  });
});

describe("silence", () => {
  const silent = (afterMs: number, found: ActiveOperation) => metrics(afterMs, found).SilentOperations;
  /** The last moment that is still fine, and that it is not after it. */
  const isSilentAfter = (afterMs: number, found: ActiveOperation) => {
    expect([silent(afterMs, found), silent(afterMs + 1, found)]).toEqual([0, 1]);
  };

  it("is where a run never began, or was never written down", () => {
    isSilentAfter(15 * M, active([]));
    const { state: _state, ...unwritten } = active([]);
    isSilentAfter(15 * M, unwritten);
    expect(at(H, unwritten).troubles[0]?.live).toContain("was never written down");
  });

  it("is none during a snapshot of two hours, and is one a quarter of an hour later", () => {
    isSilentAfter(M + 2 * H + 15 * M, active([[M, phase("back-up")]]));
  });

  it("begins anew with every event", () => {
    const said: Fact = { type: "progress", phase: "back-up", message: "snapshot: creating, 40 %" };
    isSilentAfter(
      H + 2 * H + 15 * M,
      active([
        [M, phase("back-up")],
        [H, said],
      ]),
    );
  });

  it("is noticed soon between phases, where nothing is waited for", () => {
    isSilentAfter(
      2 * M + 15 * M,
      active([
        [M, phase("close")],
        [2 * M, ended("close")],
      ]),
    );
  });

  it("is not what people are waited for in, until the time to decide is up", () => {
    const until = time(8 * H);
    isSilentAfter(8 * H + 15 * M, active([[M, { type: "waiting", for: "before-open", until }]]));
    isSilentAfter(8 * H + 15 * M, active([[M, { type: "waiting", for: "start", until }]]));
    expect(silent(99 * H, active([[M, { type: "held", problem }]]))).toBe(0);
  });

  it("is where an operation is over and its target still locked", () => {
    isSilentAfter(M + 15 * M, active([[M, { type: "finished", status: "succeeded" }]]));
  });

  it("is measured without time-outs too, by the longest there may be", () => {
    isSilentAfter(M + 3 * H + 15 * M, { ...active([[M, phase("back-up")]]), configuration: {} });
  });

  it("allows for a leader that retires before the others start", () => {
    expect(quietMs("scale-out", { ...target.timeouts, stop: 7 * H })).toBe(7 * H);
  });

  const requests: OperationRequest[] = [
    { procedure: "upgrade", image: "crm:2", snapshot: "required" },
    { procedure: "first-start", evenIf: [], pause: false, snapshot: "required" },
    { procedure: "maintenance", traffic: "closed", within: "1h", otherwise: "hold", snapshot: "required" },
    { procedure: "maintenance", traffic: "open", within: "1h", otherwise: "hold", snapshot: "required" },
    { procedure: "rollback", of: A },
  ];
  it.each(requests)("is not heard in any wait of $procedure", (request) => {
    const slow = {
      ...target,
      timeouts: { ...target.timeouts, close: 2 * H, open: 4 * H, stop: 5 * H, scaleOut: 6 * H },
    };
    for (const each of [target, slow]) {
      const waits = waitsOf(each, request, { operationId: A }).filter(({ until }) => !until.startsWith("somebody"));
      expect(waits.length).toBeGreaterThan(4);
      const tooLong = waits.filter(
        (wait) => wait.atMostSeconds * 1_000 > quietMs(wait.phase, each.timeouts as Record<string, number>),
      );
      expect(tooLong).toEqual([]);
    }
  });
});
