import { describe, expect, it } from "vitest";
import { createLookout } from "../../../src/api/live/look.ts";
import { systemClock } from "../../../src/clock.ts";
import { createDynamoStore } from "../../../src/operations/dynamo-store.ts";
import { createTable } from "../../operations/table.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { createWorld } from "../world.ts";

const PATIENT = { patienceMs: 20_000 };
const sleep = (ms: number) => systemClock.sleep(ms);

/** Several processes of one API, and a cloud that counts. */
async function processes(count: number, { takesMs = 1_000, fails = false } = {}) {
  const { client, table } = await createTable();
  const { deps } = await createWorld();
  const target = deps.configuration.targets.get("crm")!;
  const counted = { looks: 0, log: [] as unknown[] };
  const planner = {
    async describe() {
      counted.looks += 1;
      await sleep(takesMs);
      if (fails) throw Object.assign(new Error("account 111122223333"), { name: "ThrottlingException" });
      return { services: [], nodes: [], listeners: [], database: null, secret: "hunter2" };
    },
  };
  const all = Array.from({ length: count }, () => {
    const store = createDynamoStore({ client, table, clock: systemClock });
    return createLookout({ planner, store, clock: systemClock, log: (line) => void counted.log.push(line) });
  });
  return { all, target, counted };
}

describe("a look at the cloud", () => {
  it("is shared by all who watch, in however many processes: one in five seconds", () =>
    inVirtualTime(async () => {
      const { all, target, counted } = await processes(8);
      const watchers = Array.from({ length: 40 }, async (_, at) => {
        for (let asked = 0; asked < 10; asked += 1) {
          await all[at % all.length]!(target, PATIENT);
          await sleep(2_000 + at);
        }
      });
      const began = systemClock.now();
      await Promise.all(watchers);
      expect(counted.looks).toBeGreaterThan(2);
      expect(counted.looks).toBeLessThanOrEqual(Math.ceil((systemClock.now() - began) / 5_000));
    }));

  it("is what was seen before to whoever cannot wait, as long as that is worth something", () =>
    inVirtualTime(async () => {
      const { all, target } = await processes(1, { takesMs: 8_000 });
      const lookAt = all[0]!;
      expect(await lookAt(target, { patienceMs: 1_000 })).toBeUndefined();
      await sleep(8_000);
      const first = await lookAt(target, { patienceMs: 1_000 });
      expect(first).toMatchObject({ cloud: { nodes: [], unread: [] } });
      await sleep(3_000);
      expect(await lookAt(target, { patienceMs: 1_000 })).toEqual(first);
      await sleep(70_000);
      expect(await lookAt(target, { patienceMs: 1_000 })).not.toEqual(first);
    }));

  it("is as old as its question, not as its answer", () =>
    inVirtualTime(async () => {
      const { all, target } = await processes(2, { takesMs: 8_000 });
      const began = systemClock.now();
      const look = await all[0]!(target, PATIENT);
      expect(Date.parse(look!.at) - began).toBeLessThan(1_000);
    }));

  it("is not told to others where it took so long that it says nothing any more", () =>
    inVirtualTime(async () => {
      const { all, target } = await processes(2, { takesMs: 90_000 });
      await all[0]!(target, { patienceMs: 100_000 });
      expect(await all[1]!(target, { patienceMs: 1_000 })).toBeUndefined();
    }));

  it("says by its error's name alone that the cloud could not be asked, and asks it no more often", () =>
    inVirtualTime(async () => {
      const { all, target, counted } = await processes(2, { fails: true, takesMs: 10 });
      expect(await all[0]!(target, PATIENT)).toMatchObject({
        problem: "The cloud could not be asked: ThrottlingException",
      });
      expect(await all[1]!(target, PATIENT)).toMatchObject({
        problem: "The cloud could not be asked: ThrottlingException",
      });
      expect(counted.looks).toBe(1);
      expect(JSON.stringify(counted.log)).toContain("ThrottlingException");
    }));

  it("keeps of what the cloud said only what the page shows", () =>
    inVirtualTime(async () => {
      const { all, target } = await processes(1);
      expect(JSON.stringify(await all[0]!(target, PATIENT))).not.toContain("hunter2");
    }));
});
