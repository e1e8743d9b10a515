import { describe, expect, test } from "vitest";
import { roundedTime, secondsFrom } from "../../src/operations/forecast.ts";
import type { UpgradeRequest } from "../../src/operations/operation.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { forecastOf } from "../../src/procedures/forecast.ts";
import { historyOf, median } from "../../src/procedures/history.ts";
import { crm } from "../targets/crm.ts";

const NOW = Date.parse("2026-01-15T02:00:00.000Z");
const request: UpgradeRequest = { procedure: "upgrade", image: "crm:2.0.0", snapshot: "required" };
type Input = Parameters<typeof forecastOf>[0];

/** A target of which only what the forecast looks at is known. */
function forecast(over: {
  target?: string;
  request?: Partial<UpgradeRequest>;
  discovery?: Partial<Input["discovery"]>;
}) {
  const { targets } = crm(over.target ?? "");
  const discovery = {
    services: { ok: true, value: [] },
    shapes: { ok: true, value: [] },
    targetGroups: { ok: true, value: [] },
    sharedGroups: { ok: true, value: [] },
    database: { ok: true, value: { allocatedGibibytes: 100 } },
    newestSnapshotAt: { ok: true, value: undefined },
    history: { ok: true, value: {} },
    ...over.discovery,
  } as unknown as Input["discovery"];
  return forecastOf({ target: targets.get("crm")!, request: { ...request, ...over.request }, discovery, now: NOW });
}
const of = (phase: string, over: Parameters<typeof forecast>[0] = {}) =>
  forecast(over).phases.find((each) => each.phase === phase)!;
const group = (over: object) =>
  ({ ok: true, value: [{ deregistrationDelaySeconds: 300, healthyAfterSeconds: 50, ...over }] }) as never;
const snapshotAt = (value: string) => ({ newestSnapshotAt: { ok: true, value } }) as never;

describe("the forecast of a snapshot", () => {
  test("is short where another one is recent or will be, long where none is, and labelled as a guess", () => {
    const recent = of("back-up", { discovery: snapshotAt("2026-01-14T03:00:00.000Z") });
    const old = of("back-up", { discovery: snapshotAt("2026-01-10T03:00:00.000Z") });
    const none = of("back-up");
    const warmedUp = of("back-up", { target: "snapshot: { warmUp: true }" });
    expect([recent, old, none, warmedUp].map(({ expectedSeconds }) => expectedSeconds)).toEqual([170, 720, 720, 170]);
    for (const { parts } of [recent, old, none, warmedUp]) expect(parts[0]!.source).toBe("assumed");
    expect(recent.parts[0]!.what).toContain("2026-01-14T03:00Z");
    expect(of("prepare", { target: "snapshot: { warmUp: true }" }).expectedSeconds).toBe(722);
  });

  test("is nothing where there is none to take", () => {
    expect(of("back-up", { request: { snapshot: "none" } })).toMatchObject({ expectedSeconds: 0, worstSeconds: 0 });
  });
});

describe("the forecast of the stop", () => {
  const definition = (stopTimeouts: (number | undefined)[]) =>
    ({
      ok: true,
      value: [
        { tasks: [], definition: { containerDefinitions: stopTimeouts.map((stopTimeout) => ({ stopTimeout })) } },
      ],
    }) as never;

  test("is the delay inside the window and the longest stopTimeout of a container", () => {
    expect(
      of("stop", { discovery: { targetGroups: group({}), shapes: definition([undefined, 90]) } }).parts,
    ).toMatchObject([
      { seconds: 5, source: "settings" },
      { seconds: 90, source: "settings" },
    ]);
  });

  test("takes a delay that is shorter already, and ECS's own stopTimeout", () => {
    const discovery = { targetGroups: group({ deregistrationDelaySeconds: 2 }), shapes: definition([undefined]) };
    expect(of("stop", { discovery }).expectedSeconds).toBe(32);
  });
});

describe("the forecast of the followers", () => {
  const startedAfter = (...seconds: number[]) => ({
    services: { ok: true, value: [{ name: "crm-web", desiredCount: seconds.length, loadBalancers: [{}] }] },
    shapes: {
      ok: true,
      value: [
        {
          service: "crm-web",
          definition: {},
          tasks: seconds.map((each) => ({
            createdAt: new Date(NOW).toISOString(),
            startedAt: new Date(NOW + each * 1_000).toISOString(),
          })),
        },
      ],
    },
  });
  const starts = (target: string) =>
    of("scale-out", { target, discovery: startedAfter(90, 20, 30, 40) as never }).parts[0]!;

  test("waits for the slowest node, or for as many of the fastest as the site opens with", () => {
    expect(starts("")).toMatchObject({ what: "a node starts", seconds: 90, on: "4 running nodes" });
    expect(starts("openAt: 1").seconds).toBe(20);
    expect(starts('openAt: "50%"')).toMatchObject({ seconds: 30, what: expect.stringContaining("opens with") });
    expect(starts('openAt: "75%"').seconds).toBe(40);
    expect(of("migrate", { discovery: startedAfter(90, 20, 30) as never }).parts[0]).toMatchObject({ seconds: 30 });
  });

  test("has the upgrade in it that every node goes through again, unless they are told to skip it", () => {
    const again = (target: string) => of("scale-out", { target }).parts.filter(({ what }) => what.includes("again"));
    expect(again("")).toMatchObject([{ seconds: 12, source: "assumed" }]);
    expect(again("followers: { skipSameVersionUpgrade: true }")).toEqual([]);
    expect(again('followers: { skipSameVersionUpgrade: { SKIP: "1" } }')).toEqual([]);
  });
});

test("what was measured goes before every setting and every guess", () => {
  const history = { ok: true as const, value: { "back-up": [100, 300, 110], migrate: [61.2] } };
  expect(of("back-up", { discovery: { history } })).toMatchObject({
    expectedSeconds: 110,
    parts: [{ seconds: 110, source: "measured", on: "3 operations" }],
  });
  expect(of("migrate", { discovery: { history } }).parts).toMatchObject([{ seconds: 62, on: "1 operation" }]);
});

test("what could not be read is guessed", () => {
  const unread = { ok: false as const, error: "AccessDenied" };
  const { window } = forecast({
    discovery: { shapes: unread, targetGroups: unread, database: unread, newestSnapshotAt: unread, history: unread },
  });
  expect(window.expectedSeconds).toBeGreaterThan(300);
});

test("the window is what is closed, the worst case what all time-outs add up to, and both count from notBefore", () => {
  const made = forecast({ request: { notBefore: "2026-01-15T05:00:00+02:00" } });
  const closed = made.phases.filter((phase) => phase.closed);
  expect(closed.map(({ phase }) => phase)).toEqual([
    "close",
    "stop",
    "back-up",
    "migrate",
    "verify",
    "scale-out",
    "open",
  ]);
  expect(made.window.expectedSeconds).toBe(closed.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0));
  expect(made.window.worstSeconds).toBe(60 + 900 + 2 * 7_200 + 3 * 1_800 + 900 + 300);
  expect(secondsFrom(made, "close")).toBe(made.window.expectedSeconds);
  expect(secondsFrom(made, "open")).toBe(8);
  expect(Date.parse(made.closesAt)).toBe(NOW + 3_600_000 + 12_000);
  expect(Date.parse(made.opensAt) - Date.parse(made.closesAt)).toBe(made.window.expectedSeconds * 1_000);
});

test("visitors are never told an earlier time than is expected", () => {
  expect(roundedTime(Date.parse("2026-01-15T02:05:00.000Z"))).toBe("02:05 UTC");
  expect(roundedTime(Date.parse("2026-01-15T02:05:00.001Z"))).toBe("02:10 UTC");
  expect(roundedTime(Date.parse("2026-01-15T23:59:00.000Z"))).toBe("00:00 UTC");
});

describe("the history of a target", () => {
  const operation = (over: object, seconds = 60, request: object = {}) => ({
    status: "succeeded",
    request: { procedure: "upgrade", snapshot: "required", ...request },
    waits: [],
    phases: ["preflight", "back-up"].map((phase) => ({
      phase,
      startedAt: new Date(NOW).toISOString(),
      finishedAt: new Date(NOW + seconds * 1_000).toISOString(),
      outcome: "done",
    })),
    ...over,
  });
  const crmWith = (key: string) => crm(key).targets.get("crm")!;
  const history = (operations: object[], of = request, now = "") =>
    historyOf(
      {
        listEach: async () =>
          operations.map((operation, index) => ({ id: `${index}`, operation: { id: `${index}`, ...operation } })),
        get: async (id: string) => operations[Number(id)],
        configuration: async (id: string) =>
          JSON.parse(JSON.stringify(crmWith((operations[Number(id)] as { on?: string }).on ?? ""))),
      } as unknown as OperationStore,
      crmWith(now),
      of,
    );

  test("counts the last five operations that succeeded", async () => {
    const operations = [
      operation({ status: "rolled-back" }, 1),
      ...[10, 20, 30, 40, 50, 60].map((each) => operation({}, each)),
    ];
    expect(await history(operations)).toEqual({ preflight: [10, 20, 30, 40, 50], "back-up": [10, 20, 30, 40, 50] });
  });

  test.each([
    { for: "turn", counts: {} },
    { for: "before-window", counts: {} },
    { for: "before-open", counts: { preflight: [7] } },
  ])("what it waits for as $for is or is not part of its preflight", async ({ for: question, counts }) => {
    const waits = [{ for: question, from: new Date(NOW).toISOString() }];
    expect(await history([operation({ waits }, 7)])).toEqual({ "back-up": [7], ...counts });
  });

  test("counts no phase that waited for a time, and none that did something else", async () => {
    const waited = operation({}, 7_000, { notBefore: "2026-01-15T04:00:00Z" });
    const without = operation({}, 3, { snapshot: "none" });
    expect(await history([waited, without])).toEqual({ preflight: [3], "back-up": [7_000] });
    expect(await history([waited, without], { ...request, snapshot: "none" })).toMatchObject({ "back-up": [3] });
  });

  test.each([
    { on: "", now: "snapshot: { warmUp: true }", counts: { preflight: [9] } },
    { on: "snapshot: { warmUp: true, keep: 3 }", now: "snapshot: { warmUp: true }", counts: { "back-up": [9] } },
    { on: "openAt: 1", now: "", counts: { "back-up": [9] } },
  ])("counts no phase on which $on and $now decide otherwise", async ({ on, now, counts }) => {
    const found = await history([operation({ on }, 9)], request, now);
    expect(found).toMatchObject(counts);
    expect(Object.keys(found)).toContain("preflight");
    expect("back-up" in found).toBe("back-up" in counts);
  });

  test("counts no start of all nodes where the site opens with fewer now, or the followers skip more", async () => {
    const phases = [
      { phase: "scale-out", startedAt: new Date(NOW).toISOString(), finishedAt: new Date(NOW + 80_000).toISOString() },
    ].map((phase) => ({ ...phase, outcome: "done" }));
    const on = (now: string) => history([operation({ phases })], request, now);
    expect(await on("")).toEqual({ "scale-out": [80] });
    for (const now of ['openAt: "50%"', "followers: { skipSameVersionUpgrade: true }", "healthChecks: as-they-are"])
      expect(await on(now)).toEqual({});
  });

  test("a median needs a value", () => {
    expect([median([]), median([4]), median([1, 9, 2]), median([4, 2])]).toEqual([undefined, 4, 2, 3]);
  });
});
