import { describe, expect, test } from "vitest";
import { isSpent, occurrencesBetween, type Timing } from "../../src/schedules/occurrences.ts";

const at = (time: string) => Date.parse(`2026-01-15T${time}Z`);
const between = (timing: Timing, from: string, until: string) =>
  occurrencesBetween(timing, { afterMs: at(from), untilMs: at(until) });

describe("what is due between two moments", () => {
  test("is after the first and until the second, that one included", () => {
    expect(between({ expression: "cron(0/30 * * * ? *)" }, "02:00:00", "03:00:00")).toEqual({
      known: true,
      due: ["2026-01-15T02:30:00.000Z", "2026-01-15T03:00:00.000Z"],
    });
  });
  test("follows the schedule's time zone", () => {
    const timing = { expression: "cron(0 6 * * ? *)", timeZone: "Europe/Berlin" };
    expect(between(timing, "04:00:00", "06:00:00")).toEqual({ known: true, due: ["2026-01-15T05:00:00.000Z"] });
  });
  test("lies between the schedule's start and its end", () => {
    const timing = {
      expression: "rate(10 minutes)",
      startsAt: "2026-01-15T02:05:00.000Z",
      endsAt: "2026-01-15T02:20:00.000Z",
    };
    expect(between(timing, "02:00:00", "03:00:00")).toEqual({
      known: true,
      due: ["2026-01-15T02:05:00.000Z", "2026-01-15T02:15:00.000Z"],
    });
  });
  test("is only counted where nobody knows from when a rate counts", () => {
    expect(between({ expression: "rate(5 minutes)" }, "02:00:00", "03:00:00")).toEqual({ known: false, about: 12 });
  });
  test("is unknown of an expression that cannot be read", () => {
    expect(between({ expression: "whenever" }, "02:00:00", "03:00:00")).toEqual({ known: false, about: 0 });
  });
});

test.each<[string, Timing, boolean]>([
  ["one time that has passed", { expression: "at(2026-01-15T01:59:59)" }, true],
  ["one time to come", { expression: "at(2026-01-15T02:00:01)" }, false],
  ["an end that has passed", { expression: "rate(1 hour)", endsAt: "2026-01-15T01:00:00.000Z" }, true],
  ["no end", { expression: "rate(1 hour)" }, false],
])("a schedule with %s", (_case, timing, spent) => {
  expect(isSpent(timing, at("02:00:00"))).toBe(spent);
});
