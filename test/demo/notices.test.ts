import { describe, expect, it } from "vitest";
import { compareNotices, lossesInWords } from "../../src/demo/notices.ts";

const bicycle = { text: "bicycle", price: 75.5 };
const chair = { text: "chair", price: 5 };

describe("acknowledged notices", () => {
  it("are all there when each is there once with its price, whatever else is there", () => {
    const losses = compareNotices([bicycle, chair], [chair, { text: "unacknowledged", price: 1 }, bicycle]);
    expect(losses).toEqual({ lost: [], changed: [] });
    expect(lossesInWords(losses)).toBeUndefined();
  });

  it("are compared by the cent, not by how a number is written", () => {
    expect(
      lossesInWords(compareNotices([{ text: "a", price: 0.1 + 0.2 }], [{ text: "a", price: 0.3 }])),
    ).toBeUndefined();
  });

  it.each([
    ["lost", [chair], '1 lost, the first is "bicycle"'],
    [
      "there with a doubled price",
      [chair, { ...bicycle, price: 151 }],
      '1 changed: "bicycle" cost 75.5 and is there as 151',
    ],
    [
      "there without a price",
      [chair, { ...bicycle, price: null }],
      '1 changed: "bicycle" cost 75.5 and is there as null',
    ],
    ["there twice", [chair, bicycle, bicycle], '1 changed: "bicycle" cost 75.5 and is there as 75.5, 75.5'],
  ])("are reported when one is %s", (_, found, words) => {
    expect(lossesInWords(compareNotices([bicycle, chair], found))).toBe(words);
  });
});
