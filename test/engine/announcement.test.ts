import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import { announcementExamples, exampleEvents } from "../../scripts/announcement-examples.ts";
import { announcementOf } from "../../src/engine/announcement.ts";
import { type Announcement, announcementSchema } from "../../src/engine/announcement-schema.ts";
import { cut } from "../../src/engine/cut.ts";
import { type OperationEvent, operationEventSchema } from "../../src/operations/event.ts";
import { matchesPattern, problemOfPattern } from "../../src/sandbox/cloud/eventbridge/event-pattern.ts";

const BUS_LIMIT = 256 * 1024;
const announced = (event: OperationEvent): Announcement =>
  announcementOf({ operation: "op-20260115-020000-aaaaaa", target: "crm", procedure: "upgrade", event });
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const types = operationEventSchema.options.map(({ shape }) => shape.type.value);
const byType = (type: string) => exampleEvents.find((event) => event.type === type)!;
const committed = z.fromJSONSchema(JSON.parse(readFileSync("docs/events.schema.json", "utf8")));

/** Where a log would take any text, by path, in an event. */
function textsIn(event: OperationEvent): string[][] {
  const paths = (value: unknown, path: string[]): string[][] =>
    typeof value === "string"
      ? [path]
      : typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([member, child]) => paths(child, [...path, member]))
        : [];
  return paths(event, []).filter((path) => operationEventSchema.safeParse(withText(event, path, "any text")).success);
}

function withText<Value>(value: Value, [member, ...rest]: string[], text: string): Value {
  if (member === undefined) return text as Value;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Object.assign(copy, { [member]: withText((value as Record<string, unknown>)[member], rest, text) });
  return copy as Value;
}

describe("what is told of an event", () => {
  it.each(types)("%s is in the contract, with an example that the committed schema takes", (type) => {
    const example = announcementExamples().find((each) => each.type === type);
    expect(announcementSchema.parse(example)).toEqual(example);
    expect(committed.safeParse(example).error).toBeUndefined();
    expect(example?.summary).not.toBe("");
  });

  it("is refused by the committed schema where something is missing or wrong", () => {
    const held = announcementExamples().find(({ type }) => type === "held")!;
    for (const wrong of [
      { seq: 0 },
      { version: 2 },
      { problem: undefined },
      { at: "yesterday" },
      { type: "unheard-of" },
    ])
      expect(committed.safeParse({ ...held, ...wrong }).success).toBe(false);
    expect(committed.safeParse({ ...held, addedLater: true }).success).toBe(true);
  });

  it.each(types)("%s stays within the contract and the bus' limit, whatever is written in it", (type) => {
    const event = byType(type);
    const paths = textsIn(event);
    const hostile = fc.oneof(
      fc.string({ unit: "binary-ascii", maxLength: 40 }),
      fc.constantFrom(
        "\u0000".repeat(5_000),
        '"\\'.repeat(200_000),
        "💣".repeat(150_000),
        "\ud800".repeat(3_000),
        `${"x".repeat(1_991)}💣`.repeat(2),
        "\u001b[2J\u001b]0;owned\u0007",
        "</script><script>alert(1)</script>",
        "<!channel> {{secret}} $(rm -rf /)",
      ),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
        const changed = paths.reduce((each, path, index) => withText(each, path, texts[index % texts.length]!), event);
        const told = announced(changed);
        expect(announcementSchema.parse(told)).toEqual(told);
        expect(bytes(told)).toBeLessThan(BUS_LIMIT);
        expect(JSON.stringify(told)).not.toMatch(/\\u(00[01]|d[89a-f])/);
      }),
      { numRuns: 15 },
    );
  });

  it("counts nodes alike, and names no more kinds of them than the contract has room for", () => {
    const node = (index: number) => ({
      taskArn: `arn:${index}`,
      service: "web",
      image: `crm:${index % 500}`,
      status: "RUNNING",
    });
    const nodes = Array.from({ length: 1_500 }, (_, index) => node(index));
    const told = announced({ type: "nodes", key: "n", seq: 1, at: "2026-01-15T02:00:00.000Z", when: "before", nodes });
    expect(told).toMatchObject({ nodes: expect.arrayContaining([{ service: "web", image: "crm:0", count: 3 }]) });
    expect(announcementSchema.parse(told)).toEqual(told);
  });

  it("names no more moments than the contract has room for", () => {
    const missed = byType("missed") as Extract<OperationEvent, { type: "missed" }>;
    const due = Array.from({ length: 100 }, (_, index) => new Date(index * 60_000).toISOString());
    expect(announced({ ...missed, due })).toMatchObject({ due: due.slice(0, 20) });
  });

  it("has nothing that the log keeps for those who ask the API", () => {
    const secret = "not-for-subscribers";
    const mutation = byType("mutation") as Extract<OperationEvent, { type: "mutation" }>;
    const requested = byType("requested") as Extract<OperationEvent, { type: "requested" }>;
    const held = byType("held") as Extract<OperationEvent, { type: "held" }>;
    const events: OperationEvent[] = [
      { ...mutation, mutation: { ...mutation.mutation, parameters: { environment: secret } } },
      { ...requested, requestedBy: { ...requested.requestedBy, details: { sub: secret } } },
      { ...held, problem: { ...held.problem, details: { nodes: secret } } },
    ];
    for (const event of events) {
      expect(JSON.stringify(event)).toContain(secret);
      expect(JSON.stringify(announced(event))).not.toContain(secret);
    }
  });
});

test("a text that is cut says so, within its limit and without half a character", () => {
  expect(cut("short", 20)).toBe("short");
  expect(cut("x".repeat(30), 20)).toBe(`${"x".repeat(12)} … (cut)`);
  expect(cut(`${"x".repeat(11)}💣${"x".repeat(30)}`, 20)).toBe(`${"x".repeat(11)} … (cut)`);
  expect(cut("two\nlines\tand\u001b[2J", 40)).toBe("two\nlines\tand\ufffd[2J");
});

describe("docs/events.md", () => {
  const page = readFileSync("docs/events.md", "utf8");
  const shown = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json]) => JSON.parse(json!) as object);
  const envelope = shown.find((each) => "detail-type" in each && "id" in each) as Record<string, unknown>;
  const rules = shown.filter((each) => "source" in each && !("id" in each)) as (Record<string, never> & {
    "detail-type": string[];
  })[];

  test("shows an event as it is on the bus", () => {
    const told = announcementExamples().find(({ type }) => type === "held");
    expect(envelope).toMatchObject({ "detail-type": "intermission.operation.held", detail: told });
  });

  test("shows only rules that EventBridge takes, each for events that there are", () => {
    expect(rules.length).toBeGreaterThan(3);
    const events = announcementExamples().map((detail) => ({
      source: "intermission",
      "detail-type": `intermission.operation.${detail.type}`,
      detail,
    }));
    for (const rule of rules) {
      expect(problemOfPattern(JSON.stringify(rule))).toBeUndefined();
      const found = events.filter((event) => matchesPattern(rule, event)).map((event) => event["detail-type"]);
      expect(found).toEqual(expect.arrayContaining(rule["detail-type"]));
    }
  });
});
