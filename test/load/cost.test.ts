import { describe, expect, it } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { costsOf, type Measured } from "./costs.ts";
import { createStage, OPERATION } from "./stage.ts";

/** What a viewer may cost at most, whatever there is: requests and read units of a process that has seen nothing, and of one that has. */
const BOUNDS: Record<string, { first: [number, number]; again: [number, number] }> = {
  "the operation": { first: [4, 12], again: [1, 1] },
  "the operation, in plain text": { first: [4, 12], again: [1, 1] },
  "the events from the begin": { first: [3, 90], again: [2, 80] },
  "the live page's poll": { first: [8, 30], again: [2, 2] },
  "the list of operations": { first: [4, 12], again: [3, 4] },
  "the list by status": { first: [4, 30], again: [3, 22] },
  "the targets": { first: [4, 12], again: [3, 3] },
  "a target with its state": { first: [5, 12], again: [4, 4] },
  "the operation, unchanged, by its ETag": { first: [1, 1], again: [1, 1] },
  "the events after the last": { first: [1, 1], again: [1, 1] },
  "one event more": { first: [2, 12], again: [1, 1] },
};
const within = ({ what, seen, requests, reads }: Measured) => {
  const [mostRequests, mostReads] = BOUNDS[what]![seen ? "again" : "first"];
  return requests <= mostRequests && reads <= mostReads ? [] : [{ what, seen, requests, reads }];
};

describe.each([
  { events: 1, past: 0 },
  { events: 100, past: 100 },
  { events: 1_500, past: 600 },
])("with a log of $events events and $past operations of the past", ({ events, past }) => {
  it("no request of a viewer costs more than it may", { timeout: 60_000 }, async () => {
    const stage = await createStage();
    await stage.logOf(events);
    await stage.past(past);
    const costs = await costsOf(stage);
    expect(costs.flatMap(within)).toEqual([]);
    expect(new Set(costs.flatMap(({ calls }) => Object.keys(calls)))).toEqual(
      // The first who looks at a target says what it saw to all others.
      new Set(["GetItemCommand", "QueryCommand", "UpdateItemCommand", "PutItemCommand"]),
    );
    const writes = costs.filter(({ writes }) => writes > 0);
    expect(writes).toMatchObject([{ what: "the live page's poll", seen: false, writes: 2 }]);
    expect(Math.max(...costs.map(({ bytes }) => bytes))).toBeLessThan(250_000);
  });
});

it("a search for a status goes through a long past page by page, and comes to its end", {
  timeout: 60_000,
}, async () => {
  const stage = await createStage();
  await stage.past(450);
  const { request, since } = await stage.newProcess();
  let next: string | undefined = "/v1/operations?target=crm&status=pending";
  const found: string[] = [];
  const items: number[] = [];
  while (next) {
    const { result, cost } = await since(async () => (await request(next!)).json());
    const page = result as { operations: { id: string }[]; next?: string };
    found.push(...page.operations.map(({ id }) => id));
    items.push(cost.items);
    next = page.next;
  }
  expect(found).toEqual([OPERATION]);
  expect(items).toHaveLength(3);
  expect(Math.max(...items)).toBeLessThanOrEqual(203);
});

it("pages of all targets together hold every operation once, newest first", { timeout: 60_000 }, async () => {
  const stage = await createStage();
  await stage.past(45);
  const { request } = await stage.newProcess();
  const found: string[] = [];
  for (let next: string | undefined = "/v1/operations?limit=10"; next; ) {
    const page = (await (await request(next)).json()) as { operations: { id: string }[]; next?: string };
    found.push(...page.operations.map(({ id }) => id));
    next = page.next;
  }
  expect(found).toEqual(found.toSorted().toReversed());
  expect(new Set(found).size).toBe(46);
});

it("whoever waits in the request reads once a second, one unit each", () =>
  inVirtualTime(async () => {
    const stage = await createStage();
    const { request, since } = await stage.newProcess();
    await request(`/v1/operations/${OPERATION}`);
    const { cost } = await since(() => request(`/v1/operations/${OPERATION}?wait=20`));
    expect(cost).toMatchObject({ requests: 21, reads: 21, writes: 0 });
  }));
