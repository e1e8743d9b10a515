import { describe, expect, it } from "vitest";
import { readExpression } from "../../src/schedules/expression.ts";
import { InvalidExpression } from "../../src/schedules/timetable.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const NOON = at("2026-01-15T12:00:00");

/** The first moments after one at which the expression is due. */
function due(expression: string, { after = NOON, timeZone = "UTC", count = 3, anchorMs = NOON } = {}): string[] {
  const next = readExpression(expression, { anchorMs, timeZone });
  const moments: string[] = [];
  for (let from: number | undefined = after; moments.length < count; ) {
    from = next(from);
    if (from === undefined) break;
    moments.push(new Date(from).toISOString().slice(0, 16));
  }
  return moments;
}

describe("a schedule expression", () => {
  it.each([
    ["cron(0 10 * * ? *)", ["2026-01-16T10:00", "2026-01-17T10:00", "2026-01-18T10:00"]],
    ["cron(15 12 * * ? *)", ["2026-01-15T12:15", "2026-01-16T12:15", "2026-01-17T12:15"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-15T18:00", "2026-01-16T18:00", "2026-01-19T18:00"]],
    ["cron(0/20 * * * ? *)", ["2026-01-15T12:20", "2026-01-15T12:40", "2026-01-15T13:00"]],
    ["cron(0 8 1 * ? *)", ["2026-02-01T08:00", "2026-03-01T08:00", "2026-04-01T08:00"]],
    ["cron(0 8 L * ? *)", ["2026-01-31T08:00", "2026-02-28T08:00", "2026-03-31T08:00"]],
    ["cron(0 8 1W * ? *)", ["2026-02-02T08:00", "2026-03-02T08:00", "2026-04-01T08:00"]],
    ["cron(0 8 ? * 3#2 *)", ["2026-02-10T08:00", "2026-03-10T08:00", "2026-04-14T08:00"]],
    ["cron(0 8 ? * 6L *)", ["2026-01-30T08:00", "2026-02-27T08:00", "2026-03-27T08:00"]],
    ["cron(30 2,14 15 JAN ? 2026-2027)", ["2026-01-15T14:30", "2027-01-15T02:30", "2027-01-15T14:30"]],
    ["cron(0 0 29 FEB ? *)", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
    ["cron(0 0 1 JAN ? 2020)", []],
    ["rate(5 minutes)", ["2026-01-15T12:05", "2026-01-15T12:10", "2026-01-15T12:15"]],
    ["rate(1 day)", ["2026-01-16T12:00", "2026-01-17T12:00", "2026-01-18T12:00"]],
    ["at(2026-01-15T13:00:00)", ["2026-01-15T13:00"]],
    ["at(2026-01-15T11:00:00)", []],
  ])("%s is due when AWS's documentation says", (expression, moments) => {
    expect(due(expression)).toEqual(moments);
  });

  it("counts a rate from its anchor, whenever one looks", () => {
    expect(due("rate(1 hour)", { after: NOON + 90 * 60_000, count: 1 })).toEqual(["2026-01-15T14:00"]);
    expect(due("rate(1 hour)", { after: NOON - 1, count: 1 })).toEqual(["2026-01-15T12:00"]);
  });

  it("means the hour of its time zone, summer and winter", () => {
    const timeZone = "Europe/Berlin";
    expect(due("cron(0 9 * * ? *)", { timeZone, count: 1 })).toEqual(["2026-01-16T08:00"]);
    expect(due("cron(0 9 * * ? *)", { timeZone, after: at("2026-07-01T00:00:00"), count: 1 })).toEqual([
      "2026-07-01T07:00",
    ]);
    expect(due("at(2026-01-15T20:00:00)", { timeZone: "America/New_York" })).toEqual(["2026-01-16T01:00"]);
  });

  it("leaves out an hour that the clocks skip, and takes one that comes twice once", () => {
    const timeZone = "Europe/Berlin";
    const spring = { timeZone, after: at("2026-03-28T12:00:00"), count: 1 };
    expect(due("cron(30 2 * * ? *)", spring)).toEqual(["2026-03-30T00:30"]);
    const autumn = { timeZone, after: at("2026-10-24T12:00:00"), count: 2 };
    expect(due("cron(30 2 * * ? *)", autumn)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  it.each([
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(0 minutes)",
    "rate(5 weeks)",
    "cron(0 10 * * *)",
    "cron(0 10 * * * *)",
    "cron(0 10 ? * ? *)",
    "cron(60 10 * * ? *)",
    "cron(0 10 * FOO ? *)",
    "cron(0/0 10 * * ? *)",
    "at(2026-01-15)",
    "every day",
  ])("refuses %s", (expression) => {
    expect(() => readExpression(expression, { anchorMs: NOON })).toThrow(InvalidExpression);
  });

  it("refuses a time zone that there is not", () => {
    expect(() => readExpression("rate(1 day)", { anchorMs: NOON, timeZone: "Mars/Olympus" })).toThrow(
      InvalidExpression,
    );
  });
});
