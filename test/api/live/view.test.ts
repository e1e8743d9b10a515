import { describe, expect, it } from "vitest";
import { type LiveInput, liveView } from "../../../src/api/live/view.ts";
import { liveViewSchema } from "../../../src/api/live/view-schema.ts";
import type { OperationEvent, OperationFact } from "../../../src/operations/event.ts";
import type { OperationRequest, Phase } from "../../../src/operations/operation.ts";
import { fold } from "../../../src/operations/state.ts";
import { waysOn } from "../../../src/operations/ways-on.ts";
import { endings } from "../../operations/endings.ts";

type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;
const BEGAN = Date.parse("2026-01-15T02:00:00.000Z");
const at = (seconds: number) => new Date(BEGAN + seconds * 1_000).toISOString();
const alice = { kind: "github" as const, id: "github:repository:1", name: "alice", details: { jti: "secret" } };
const upgrade: OperationRequest = {
  procedure: "upgrade",
  image: "registry.example.com/crm:2.0.0",
  snapshot: "required",
};

const part = (phase: Phase, closed: boolean, expectedSeconds: number) => ({
  ...{ phase, closed, expectedSeconds, worstSeconds: 600, parts: [] },
});
const forecast: Fact = {
  type: "forecast",
  forecast: {
    at: at(0),
    phases: [
      part("preflight", false, 10),
      part("close", true, 20),
      part("migrate", true, 100),
      part("open", true, 30),
      part("finish", false, 40),
    ],
    window: { expectedSeconds: 150, worstSeconds: 1_800 },
    ...{ closesAt: at(10), opensAt: at(160), opensAtWorst: at(1_810) },
  },
};

/** The view of an operation to which these things happened, each at its second. */
function viewAt(
  second: number,
  log: [second: number, fact: Fact][],
  over: Partial<LiveInput> & { request?: OperationRequest } = {},
) {
  const { request = upgrade, ...rest } = over;
  const requested: [number, Fact] = [0, { type: "requested", target: "crm", request, requestedBy: alice }];
  const events = [requested, ...log].map(
    ([when, fact], index) => ({ ...fact, seq: index + 1, at: at(when), key: `${index}` }) as OperationEvent,
  );
  const state = fold("op-20260115-020000-3f9a2c", events)!;
  const input = {
    state,
    events,
    ways: waysOn(state),
    url: "https://crm.example.com",
    nowMs: BEGAN + second * 1_000,
    linkEndsAtMs: BEGAN + 86_400_000,
  };
  return liveView({ ...input, ...rest });
}
const closing: [number, Fact][] = [
  [0, { type: "started" }],
  [1, { type: "phase-started", phase: "preflight" }],
  [1, forecast],
  [11, { type: "phase-finished", phase: "preflight", outcome: "done" }],
  [12, { type: "phase-started", phase: "close" }],
  [12, { type: "closing-started" }],
];
const migrating: [number, Fact][] = [
  ...closing,
  [30, { type: "closed" }],
  [30, { type: "phase-finished", phase: "close", outcome: "done" }],
  [30, { type: "phase-started", phase: "migrate" }],
];

describe("the window's clock", () => {
  it("says before the window when it begins, and never that this was in the past", () => {
    expect(viewAt(5, closing.slice(0, 3)).window).toMatchObject({ closesAt: at(10), expectedSeconds: 150 });
    expect(viewAt(60, closing.slice(0, 3)).window).toMatchObject({ closesAt: at(60) });
  });

  it("expects the opening by what is left of the phase under way and all that comes after", () => {
    expect(viewAt(40, migrating).window).toEqual({
      ...{ closedSince: at(12), expectedAt: at(160), forecastAt: at(162), latestAt: at(1_812), expectedSeconds: 150 },
    });
  });

  it("puts it off by every second that a phase takes longer than expected", () => {
    expect(viewAt(130, migrating).window.expectedAt).toBe(at(160));
    expect(viewAt(200, migrating).window.expectedAt).toBe(at(230));
  });

  it("expects nothing while people must decide, on the way back, and when it is held", () => {
    const waits = viewAt(50, [...migrating, [45, { type: "waiting", for: "before-open", until: at(3_600) }]]);
    const back = viewAt(50, [...migrating, [45, { type: "going-back", why: "it failed", snapshot: "s" }]]);
    const held = viewAt(50, [...migrating, [45, { type: "held", problem: { code: "x", message: "m" } }]]);
    for (const { window } of [waits, back, held]) {
      expect(window.closedSince).toBe(at(12));
      expect(window).not.toHaveProperty("expectedAt");
    }
  });

  it("says at the end how long it was, to the moment when the public was served", () => {
    const { window } = viewAt(500, [...migrating, [150, { type: "opening-started" }], [160, { type: "opened" }]]);
    expect(window).toMatchObject({ openedAt: at(160), tookSeconds: 148, expectedSeconds: 150 });
    expect(window).not.toHaveProperty("expectedAt");
  });

  it("is not over where the site was closed again while it opened", () => {
    const { window } = viewAt(500, [
      ...migrating,
      [150, { type: "opening-started" }],
      [152, { type: "opened" }],
      [153, { type: "closed" }],
    ]);
    expect(window).not.toHaveProperty("tookSeconds");
  });
});

describe("the phases", () => {
  const states = (view: ReturnType<typeof viewAt>) => view.phases.map(({ phase, state }) => `${phase} ${state}`);

  it("are those that were, the one under way, and those to come", () => {
    expect(states(viewAt(40, migrating))).toEqual([
      ...["preflight done", "close done", "migrate under-way", "open to-come", "finish to-come"],
    ]);
  });

  it("promise nothing once it goes back or is held", () => {
    const failed: [number, Fact][] = [
      ...migrating,
      [90, { type: "phase-finished", phase: "migrate", outcome: "failed" }],
    ];
    const back = [
      ...failed,
      [91, { type: "going-back", why: "it failed" }],
      [92, { type: "phase-started", phase: "put-back" }],
    ] as typeof failed;
    expect(states(viewAt(95, back))).toEqual(["preflight done", "close done", "migrate failed", "put-back under-way"]);
    const held = [...migrating, [90, { type: "held", problem: { code: "x", message: "m" } }]] as typeof failed;
    expect(states(viewAt(95, held))).toEqual(["preflight done", "close done", "migrate stopped"]);
  });
});

describe("the nodes", () => {
  const task = (image: string, imageDigest: string) => ({
    ...{ taskArn: "t", service: "crm-web", image, imageDigest, version: "1.9.4", status: "RUNNING" },
  });
  const before: [number, Fact][] = [
    ...migrating,
    [
      31,
      {
        type: "nodes",
        when: "before",
        nodes: [task("crm@sha256:old", "sha256:old"), task("crm@sha256:old", "sha256:old")],
      },
    ],
  ];
  const cloud = (nodes: { images: string[]; status: string; alone?: boolean }[], unread: string[] = []) => ({
    at: at(40),
    cloud: {
      services: [],
      listeners: [],
      unread,
      nodes: nodes.map((node) => ({ service: "crm-web", alone: false, ...node })),
    },
  });

  it("are told apart as old and new by their digests, whatever they are pinned to", () => {
    const look = cloud([
      { images: ["registry/crm:1.9.4", "sha256:old"], status: "DEACTIVATING" },
      { images: ["registry/crm@sha256:new", "sha256:new"], status: "PROVISIONING", alone: true },
    ]);
    expect(viewAt(40, before, { look }).nodes.groups).toEqual([
      { service: "crm-web", runs: "crm 1.9.4", which: "old", state: "stopping", alone: false, count: 1 },
      { service: "crm-web", runs: "crm:2.0.0", which: "new", state: "starting", alone: true, count: 1 },
    ]);
  });

  it("are those that the operation saw where the cloud says nothing of them", () => {
    for (const look of [undefined, { at: at(40), problem: "The cloud could not be asked: X" }, cloud([], ["nodes"])])
      expect(viewAt(40, before, { look }).nodes).toMatchObject({
        asked: "before",
        groups: [{ runs: "crm 1.9.4", which: "old", count: 2 }],
      });
  });

  it("are none where the cloud says so", () => {
    expect(viewAt(40, before, { look: cloud([]) }).nodes).toEqual({ asked: "now", groups: [], services: [] });
  });
});

describe("what people are asked", () => {
  it("comes with a step and a command line that decide it, and with what they must confirm", () => {
    const opened: [number, Fact][] = [
      ...migrating,
      [31, { type: "snapshot-available", snapshot: "snap-1", createdAt: at(31) }],
      [32, { type: "point-of-no-return-passed", snapshot: "snap-1" }],
      [33, { type: "leader-started", taskArn: "t" }],
      [60, { type: "opening-started" }],
      [90, { type: "held", problem: { code: "x", message: "m" } }],
    ];
    const ways = viewAt(100, opened).asks?.ways ?? [];
    expect(ways.map(({ decision }) => decision)).toEqual(["proceed", "rollback"]);
    expect(ways[1]?.discards).toEqual({ from: at(60) });
    expect(ways[1]?.workflow).toContain(`    decision: rollback\n    discards-from: ${at(60)}`);
    expect(ways[1]?.curl).toContain(`--json '{"decision":"rollback","discards":{"from":"${at(60)}"}}'`);
  });

  it("is when its time is up and what happens then", () => {
    const waiting: Fact = { type: "waiting", for: "before-open", until: at(900), otherwise: "it is held" };
    expect(viewAt(100, [...migrating, [40, waiting]]).asks).toMatchObject({
      question: "before-open",
      until: at(900),
      otherwise: "it is held",
    });
  });

  it("is nothing while it goes on", () => {
    expect(viewAt(40, migrating)).not.toHaveProperty("asks");
  });
});

describe("whatever happened", () => {
  it.each(Object.entries(endings))(
    "%s is told in full sentences and in nothing but what the schema names",
    (name, { state, events }) => {
      const nowMs = Date.parse(state.updatedAt) + 5_000;
      const view = liveView({
        state,
        events,
        ways: waysOn(state),
        url: "https://crm.example.com",
        nowMs,
        linkEndsAtMs: nowMs + 1,
      });
      expect(liveViewSchema.parse(view), name).toEqual(view);
      expect(JSON.stringify(view)).not.toMatch(/arn:aws|123456789012|undefined|NaN|details/);
    },
  );

  it("is said at a glance", async () => {
    const glances = Object.entries(endings).map(([name, { state, events }]) => {
      const nowMs = Date.parse(state.updatedAt) + 5_000;
      const input = { state, events, ways: waysOn(state), url: "https://crm.example.com", nowMs, linkEndsAtMs: nowMs };
      const { title, headline, detail, problem, asks, notes } = liveView(input);
      const asked = asks && [asks.says, ...asks.ways.map(({ decision, does }) => `${decision}: ${does}`)];
      const lines = [
        title,
        `${headline}. ${detail}`,
        problem?.message,
        ...(asked ?? []),
        ...notes.map(({ what }) => what),
      ];
      return [`# ${name}`, ...lines.filter(Boolean)].join("\n");
    });
    await expect(`${glances.join("\n\n")}\n`).toMatchFileSnapshot("../golden/live.txt");
  });

  it("keeps the last fifty messages, newest first", () => {
    const many = Array.from({ length: 80 }, (_, at): [number, Fact] => [
      at,
      { type: "progress", phase: "migrate", message: `line ${at}` },
    ]);
    const { messages } = viewAt(100, many);
    expect(messages).toHaveLength(50);
    expect(messages[0]).toMatchObject({ text: "line 79", kind: "progress" });
  });

  it("puts failed checks first and warnings next", () => {
    const outcomes = ["passed", "warned", "failed", "passed"] as const;
    const log = outcomes.map((outcome, at): [number, Fact] => [
      at,
      { type: "check", check: { name: `${at}`, outcome, looked: "l", expected: "e", found: "f" } },
    ]);
    expect(viewAt(9, log).checks.map(({ outcome }) => outcome)).toEqual(["failed", "warned", "passed", "passed"]);
  });
});
