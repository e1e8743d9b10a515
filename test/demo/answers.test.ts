import { describe, expect, it } from "vitest";
import { type Answer, countAnswers, downtimesOf, overallDowntime } from "../../src/demo/answers.ts";

const node = (version: string): Answer["from"] => ({ kind: "node", version, node: "a" });
const page: Answer["from"] = { kind: "page" };
const error: Answer["from"] = { kind: "error", what: "502" };
const answer = (visitor: string, sentAt: number, from: Answer["from"], tookMs = 10): Answer => ({
  visitor,
  sentAt,
  answeredAt: sentAt + tookMs,
  from,
});

describe("visitors' answers", () => {
  it("are counted by the version that gave them, the page and errors", () => {
    const answers = [node("1.4.2"), page, node("2.0.0"), error, node("1.4.2"), page].map((from, index) =>
      answer("ann", index, from),
    );
    expect(countAnswers(answers)).toEqual({ byVersion: { "1.4.2": 2, "2.0.0": 1 }, page: 2, errors: 1 });
  });

  it("show no downtime where every request was served", () => {
    expect(downtimesOf([answer("ann", 0, node("1.4.2")), answer("ann", 5, node("2.0.0"))])).toEqual([]);
    expect(overallDowntime([])).toBeUndefined();
  });

  it("count downtime from the first request not served to the first answer after the last such, for each visitor", () => {
    const answers = [
      answer("ann", 0, node("1.4.2")),
      answer("bob", 50, page),
      answer("ann", 100, page),
      answer("ann", 300, error),
      answer("bob", 350, node("2.0.0"), 25),
      answer("ann", 400, node("2.0.0")),
      answer("ann", 500, node("2.0.0")),
    ];
    const downtimes = downtimesOf(answers);
    expect(downtimes).toEqual([
      { visitor: "ann", from: 100, to: 410 },
      { visitor: "bob", from: 50, to: 375 },
    ]);
    expect(overallDowntime(downtimes)).toEqual({ from: 50, to: 410 });
  });

  it("take going to and fro while addresses switch one by one for one downtime", () => {
    const answers = [page, node("1.4.2"), page, node("2.0.0"), page, node("2.0.0")].map((from, index) =>
      answer("ann", index * 100, from, 0),
    );
    expect(downtimesOf(answers)).toEqual([{ visitor: "ann", from: 0, to: 500 }]);
  });

  it("are judged in the order in which they were asked for, not that in which they came", () => {
    const slow = answer("ann", 0, node("1.4.2"), 900);
    expect(downtimesOf([answer("ann", 100, page), answer("ann", 200, node("2.0.0")), slow])).toEqual([
      { visitor: "ann", from: 100, to: 210 },
    ]);
  });

  it("show a downtime without an end where the page is still up", () => {
    const downtimes = downtimesOf([answer("ann", 0, node("1.4.2")), answer("ann", 100, page)]);
    expect(downtimes).toEqual([{ visitor: "ann", from: 100, to: undefined }]);
    expect(overallDowntime([...downtimes, { visitor: "bob", from: 90, to: 200 }])).toEqual({ from: 90, to: undefined });
  });
});
