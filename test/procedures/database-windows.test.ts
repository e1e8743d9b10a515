import { expect, test } from "vitest";
import { openWithin } from "../../src/procedures/database-windows.ts";

const MINUTE_MS = 60_000;
/** A Thursday. */
const at = "2026-01-15T02:00:00.000Z";
const open = (window: string | undefined, minutes = 60) => openWithin(window, { at, lookAheadMs: minutes * MINUTE_MS });

test.each<[string, string, string | undefined]>([
  ["is open now", "01:45-02:15", "2026-01-15T01:45:00.000Z"],
  ["opens soon", "02:30-03:00", "2026-01-15T02:30:00.000Z"],
  ["opens now", "02:00-02:30", "2026-01-15T02:00:00.000Z"],
  ["has just closed", "01:30-02:00", undefined],
  ["opens when nobody looks any more", "03:00-03:30", undefined],
  ["began before midnight", "23:45-02:15", "2026-01-14T23:45:00.000Z"],
  ["is today", "thu:02:30-thu:03:00", "2026-01-15T02:30:00.000Z"],
  ["is tomorrow", "fri:02:30-fri:03:00", undefined],
  ["was yesterday", "wed:02:30-wed:03:00", undefined],
  ["goes on from yesterday", "wed:23:00-thu:02:30", "2026-01-14T23:00:00.000Z"],
])("a window that %s", (_, window, from) => {
  expect(open(window)?.from).toBe(from);
});

test("a week's window that begins on the last day and ends on the first", () => {
  const sunday = "2026-01-18T00:10:00.000Z";
  expect(openWithin("sat:23:50-sun:00:20", { at: sunday, lookAheadMs: MINUTE_MS })).toEqual({
    from: "2026-01-17T23:50:00.000Z",
    until: "2026-01-18T00:20:00.000Z",
  });
});

test("a window of the next day is seen from before midnight", () => {
  const late = { at: "2026-01-15T23:50:00.000Z", lookAheadMs: 30 * MINUTE_MS };
  expect(openWithin("00:10-00:40", late)?.from).toBe("2026-01-16T00:10:00.000Z");
});

test.each([undefined, "", "whenever", "25:00-26:00"])("%s is no window", (window) => {
  expect(open(window)).toBeUndefined();
});
