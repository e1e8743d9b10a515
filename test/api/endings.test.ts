import { expect, test } from "vitest";
import { receiptSchema } from "../../src/api/schemas.ts";
import { eventsAsText } from "../../src/api/text/events.ts";
import { receiptAsText } from "../../src/api/text/receipt.ts";
import { isSettled } from "../../src/operations/operation.ts";
import { receiptOf } from "../../src/operations/receipt.ts";
import { endings } from "../operations/endings.ts";

const title = (name: string) => `# ${name}\n\n`;

test("the receipts of every procedure and every ending can be read at night", async () => {
  const receipts = Object.entries(endings)
    .filter(([, { state }]) => isSettled(state.status))
    .map(([name, { state, events }]) => `${title(name)}${receiptAsText(receiptOf(state, events))}`);
  await expect(receipts.join("\n")).toMatchFileSnapshot("golden/receipts.txt");
});

test("a receipt says how operators got past the page, and never with what", () => {
  const { state, events } = endings["a maintenance that is done"]!;
  const receipt = receiptOf(state, events);
  expect(receiptSchema.parse(receipt).bypass).toEqual({
    header: "x-intermission-bypass",
    sources: [],
    ask: `GET /v1/operations/${state.id}/bypass`,
  });
});

test("what was decided, thrown away, restored and taken over is in the log in words", async () => {
  const logs = ["a held upgrade, taken over and rolled back because somebody decided it", "a maintenance that is done"];
  const texts = logs.map(
    (name) => `${title(name)}${eventsAsText(endings[name]!.events, endings[name]!.events.length)}`,
  );
  await expect(texts.join("\n")).toMatchFileSnapshot("golden/events.txt");
});
