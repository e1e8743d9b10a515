import { describe, expect, test } from "vitest";
import type { OperationEvent } from "../../../src/operations/event.ts";
import {
  call,
  claim,
  ended,
  foundIn,
  NEW,
  nodes,
  OLD,
  request,
  SOMEBODY,
  scenario,
  snapshot,
  started,
} from "./handmade.ts";

test("an upgrade in which everything is right violates nothing", () => {
  expect(foundIn()).toEqual([]);
});

describe("1: before the first node starts, every container has ended and a later snapshot is available", () => {
  test("finds an old container that ended after the new version started", () => {
    expect(foundIn({ without: ["old ends"], and: [{ at: 51, fact: ended(nodes.old) }] })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1: .*every container .*app of the task old .* running/)]),
    );
  });
  test("finds a container beside the application's that still runs", () => {
    const sidecar = { ...nodes.old, name: "sidecar" };
    expect(
      foundIn({
        and: [
          { at: 0, fact: started(sidecar) },
          { at: 51, fact: ended(sidecar) },
        ],
      }),
    ).toEqual([expect.stringMatching(/^1: .*sidecar of the task old .* running/)]);
  });
  test.each([
    [
      "requested before the last container ended",
      { without: ["snapshot"], and: [{ at: 29, fact: snapshot("creating", 29) }] },
      "older than",
    ],
    [
      "whose data is older than its request",
      { without: ["snapshot"], and: [{ at: 31, fact: snapshot("creating", 29) }] },
      "older than",
    ],
    [
      "available only later",
      { without: ["snapshot available"], and: [{ at: 51, fact: snapshot("available", 31) }] },
      "not available yet",
    ],
    [
      "deleted in between",
      { and: [{ at: 45, fact: call("DeleteDBSnapshot", { DBSnapshotIdentifier: "backup" }) }] },
      "deleted before",
    ],
    [
      "of other data",
      {
        without: ["snapshot"],
        and: [{ at: 31, fact: { ...snapshot("creating", 31), generation: "data-0" } as never }],
      },
      "of other data",
    ],
    ["that does not exist", { without: ["snapshot", "snapshot available"] }, "found none"],
  ])("finds a snapshot %s", (_case, edit, words) => {
    expect(foundIn(edit)).toEqual([expect.stringContaining(words)]);
  });
  test("wants no snapshot where the caller wanted none", () => {
    const input = { scenario: { ...scenario, snapshotRequired: false } };
    expect(foundIn({ without: ["snapshot", "snapshot available"], input })).toEqual([]);
  });
  test("forgives a container that somebody else started too recently to be noticed, and no other", () => {
    const stranger = { task: "stranger", digest: OLD, address: "10.0.0.9" };
    const meddling = (at: number) => [
      { at, fact: call("UpdateService", { service: "web", desiredCount: 1 }, SOMEBODY) },
      { at, fact: task(stranger.task) },
      { at, fact: started(stranger) },
      { at: 52, fact: ended(stranger) },
    ];
    const claims = gaveUpAt(53);
    expect(foundIn({ and: meddling(45), claims }).filter((found) => /^[14]/.test(found))).toEqual([]);
    expect(foundIn({ and: meddling(32), claims })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1: .*stranger/), expect.stringMatching(/^4: .*stranger/)]),
    );
  });
  test("finds nothing to judge in an upgrade that succeeded without a new container", () => {
    expect(foundIn({ without: ["leader starts", "next starts"] })).toContain(
      "1: expected a node to start in the upgrade that succeeded, found none",
    );
  });
});

describe("2: on each data generation one node starts before it is verified", () => {
  const second = { task: "second", digest: NEW, address: "10.0.0.8", group: "family:web" };
  test("finds a second leader on the same data", () => {
    expect(
      foundIn({
        and: [
          { at: 52, fact: started(second) },
          { at: 54, fact: ended(second) },
        ],
      }),
    ).toEqual([expect.stringMatching(/^2: .*a further one: app of the task second/)]);
  });
  test("allows one on further data", () => {
    const restored = {
      kind: "database",
      identifier: "db",
      change: "renamed",
      status: "available",
      generation: "data-2",
      endpoint: "127.0.0.9:5432",
    } as const;
    const and = [
      { at: 51, fact: ended(nodes.leader) },
      { at: 51.5, fact: restored },
      { at: 52, fact: started(second) },
      { at: 55, fact: bypassed({ at: 55, node: second.address }) },
      { at: 70, fact: ended(second) },
    ];
    const claims = (all: OperationEvent[]) =>
      all.map((one) => (one.type === "verified" ? { ...one, taskArn: "arn:aws:ecs:r:1:task/main/second" } : one));
    expect(foundIn({ without: ["leader ends"], and, claims }).filter((found) => found.startsWith("2"))).toEqual([]);
  });
  test.each([
    ["answered badly last", { and: [{ at: 55.5, fact: bypassed({ at: 55.5, status: 503 }) }] }, "found status 503"],
    ["was never asked", { without: ["leader answers"] }, "found no request to it"],
    ["has ended by then", { without: ["leader ends"], and: [{ at: 55.5, fact: ended(nodes.leader) }] }, "ended"],
    ["does not exist", { without: ["leader starts"] }, "found none: arn:aws:ecs:r:1:task/main/leader"],
  ])("finds *verified* claimed of a leader that %s", (_case, edit, words) => {
    expect(foundIn(edit)).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^2: .*${words}`))]));
  });
});

describe("4 and 5: two versions never run together, nor the old one on changed data", () => {
  const again = { task: "again", digest: OLD, address: "10.0.0.7" };
  test("finds the old version beside the new one", () => {
    expect(
      foundIn({
        and: [
          { at: 62, fact: started(again) },
          { at: 65, fact: ended(again) },
        ],
      }),
    ).toEqual([
      expect.stringMatching(/^4: .*again .* started while .*leader/),
      expect.stringMatching(/^4: .*again .* started while .*next/),
      expect.stringMatching(/^5: .*data-1 once .*leader .* again/),
    ]);
  });
  test("finds the old version after the new one on the same data", () => {
    const and = [
      { at: 57, fact: ended(nodes.leader) },
      { at: 58, fact: started(again) },
      { at: 59, fact: ended(again) },
    ];
    expect(foundIn({ without: ["leader ends"], and })).toEqual([expect.stringMatching(/^5: .*again/)]);
  });
  test("finds somebody else's start inside the window that nobody reacted to", () => {
    const and = [
      { at: 62, fact: call("UpdateService", { service: "web", desiredCount: 2 }, SOMEBODY) },
      { at: 62, fact: task(again.task) },
      { at: 63, fact: started(again) },
      { at: 65, fact: ended(again) },
    ];
    expect(foundIn({ and })).toEqual([
      expect.stringMatching(/^4: expected somebody else's start .* app of the task again/),
    ]);
    expect(foundIn({ and, claims: gaveUpAt(70) }).filter((found) => found.startsWith("4"))).toEqual([]);
  });
});

const gaveUpAt = (at: number) => (claims: OperationEvent[]) =>
  [...claims, claim(at, { type: "phase-finished", phase: "migrate", outcome: "failed" })].toSorted((a, b) =>
    a.at.localeCompare(b.at),
  );
function bypassed(asked: { at: number; status?: number; node?: string }) {
  return request({ node: nodes.leader.address, ...asked, headers: { "x-intermission-bypass": "secret" } });
}
const task = (name: string) =>
  ({
    kind: "task",
    taskArn: `arn:aws:ecs:r:1:task/main/${name}`,
    group: "service:web",
    taskDefinitionArn: "arn:aws:ecs:r:1:task-definition/web:1",
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
  }) as const;
