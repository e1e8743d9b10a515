import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import type { Change } from "../../src/confirm/change.ts";
import { changeJournal, type LineFile } from "../../src/confirm/change-journal.ts";

const change = (seconds: number): Change => ({ kind: "deregistration-delay", targetGroupArn: "arn", seconds });

function inMemory(text?: string): LineFile & { text?: string } {
  return {
    text,
    read() {
      return this.text;
    },
    append(line) {
      this.text = `${this.text ?? ""}${line}\n`;
    },
    remove() {
      this.text = undefined;
    },
  };
}

function account(fails: (seconds: number) => boolean = () => false) {
  const set: number[] = [];
  const sleeps: number[] = [];
  const setDeregistrationDelay = async (_arn: string, seconds: number) => {
    if (fails(seconds)) throw new Error("throttled");
    set.push(seconds);
  };
  const targetGroups = async () => [{ deregistrationDelaySeconds: 300 }];
  const clock = { now: () => 0, sleep: async (ms: number) => void sleeps.push(ms) };
  const storeOf = () => {
    throw new Error("no table");
  };
  return {
    set,
    sleeps,
    undoing: { aws: { loadBalancers: { setDeregistrationDelay, targetGroups } } as unknown as Aws, clock, storeOf },
  };
}

test("writes a change down before it is made, and takes changes back in the opposite order", async () => {
  const file = inMemory();
  const journal = changeJournal(file);
  await journal.make(change(1), async () => expect(file.text).toContain('"seconds":1'));
  await expect(journal.make(change(2), () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
  const { set, undoing } = account();
  expect(await journal.putBack(undoing)).toEqual([]);
  expect([set, file.text]).toEqual([[2, 1], undefined]);
});

test("goes on from the file of a run that was killed, also in the middle of a line", async () => {
  const file = inMemory();
  const journal = changeJournal(file);
  for (const seconds of [1, 2, 3]) await journal.make(change(seconds), async () => {});
  const first = account((seconds) => seconds === 1);
  expect(await journal.putBack(first.undoing)).toMatchObject([{ change: change(1), error: "Error: throttled" }]);
  // Each was tried several times, since what throttles now may not in a moment.
  expect(first.sleeps.length).toBeGreaterThan(2);
  const killed = inMemory(`${file.text}{"number":4,"cha`);
  const second = account();
  expect(await changeJournal(killed).putBack(second.undoing)).toEqual([]);
  expect([second.set, killed.text]).toEqual([[1], undefined]);
});

test("refuses a file that it did not write", () => {
  expect(() => changeJournal(inMemory('{"kind":"rules"}\n{}\n'))).toThrow("expected a file that npm run confirm wrote");
});
