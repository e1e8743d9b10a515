import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import { iam, problemOf, upgrade } from "../api/world.ts";
import type { Interference } from "../operations/table.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { createStage, OPERATION, progress } from "./stage.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const many = <Result>(count: number, make: (nth: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, nth) => make(nth)));
const numbered = (events: readonly OperationEvent[]) => events.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const person = (nth: number) => iam(`arn:aws:sts::111122223333:assumed-role/operator/person-${nth}`);

it(
  "300 callers who follow an operation see each of its events once and in order",
  () =>
    inVirtualTime(async () => {
      const [callers, before, bursts, each] = [300, 50, 3, 30];
      const stage = await createStage();
      await stage.logOf(before);
      const processes = await many(10, () => stage.newProcess());
      const follow = async (nth: number) => {
        const { request } = processes[nth % processes.length]!;
        const seen: number[] = [];
        while (seen.length < before + bursts * each) {
          const answer = await request(`/v1/operations/${OPERATION}/events?after=${seen.at(-1) ?? 0}`);
          const page = (await answer.json()) as { events: OperationEvent[]; version: number; more: boolean };
          expect(page.version).toBe(page.events.at(-1)?.seq ?? seen.at(-1));
          seen.push(...numbered(page.events));
          if (!page.more) await pause(2_000);
        }
        return seen;
      };
      const following = many(callers, follow);
      for (let burst = 0; burst < bursts; burst += 1) {
        await pause(2_500);
        await stage.runbook.append(
          OPERATION,
          Array.from({ length: each }, (_, nth) => progress(before + 1 + burst * each + nth)),
        );
      }
      for (const seen of await following) expect(seen).toEqual(upTo(before + bursts * each));
    }),
  90_000,
);

describe("fifty at once", { timeout: 60_000 }, () => {
  it("decide one question: one decides it, and the others are told who did and what", async () => {
    const stage = await createStage();
    await stage.runbook.append(OPERATION, [{ type: "waiting", key: "asks", for: "before-open" }]);
    const processes = await many(50, () => stage.newProcess());
    const github = await processes[0]!.asGithub();
    const answers = await many(50, (nth) => {
      // Whoever decides to cancel after somebody else decided to proceed stops an operation that runs: that is another decision.
      const body = { decision: "proceed" };
      return processes[nth]!.post(`/v1/operations/${OPERATION}/decisions`, body, nth % 3 ? { env: iam() } : github);
    });
    const { decision } = (await stage.runbook.get(OPERATION))!;
    const refused = answers.filter(({ status }) => status !== 202);
    // Those whom the winner is one of said the very same: that is the same request again.
    const same = (nth: number) => (nth % 3 ? "iam" : "github") === decision?.by.kind;
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, nth) => (same(nth) ? 202 : 409)));
    for (const answer of refused) {
      const problem = await problemOf(answer);
      expect(problem).toMatchObject({ code: "nothing-to-decide" });
      expect(problem.detail).toContain(`${decision?.by.name} decided "${decision?.decision}"`);
    }
    const log = await stage.runbook.events(OPERATION);
    expect(log.map(({ type }) => type)).toEqual(["requested", "waiting", "decided"]);
  });

  it("start an operation on one target: one is taken, and the others are told which", async () => {
    const stage = await createStage();
    await stage.runbook.append(OPERATION, [{ type: "finished", key: "finished", status: "succeeded" }]);
    await stage.runbook.unlock("crm", OPERATION);
    const answers = await many(50, async (nth) => {
      const { deps, start } = await stage.newProcess();
      deps.ids.hex = (digits) => nth.toString(16).padStart(digits, "0");
      return start(`key-${nth}`, upgrade, { env: person(nth) });
    });
    const holder = await stage.runbook.lockHolder("crm");
    const taken = answers.filter(({ status }) => status === 202);
    expect(await Promise.all(taken.map(async (answer) => ((await answer.json()) as { id: string }).id))).toEqual([
      holder,
    ]);
    for (const answer of answers.filter(({ status }) => status !== 202))
      expect(await problemOf(answer)).toMatchObject({ status: 409, code: "target-locked", holder: { id: holder } });
    expect((await stage.runbook.list("crm")).map(({ id }) => id).toSorted()).toEqual([OPERATION, holder!].toSorted());
  });

  it("send one request: it is one operation, started once by its name", async () => {
    const stage = await createStage();
    await stage.runbook.append(OPERATION, [{ type: "finished", key: "finished", status: "succeeded" }]);
    await stage.runbook.unlock("crm", OPERATION);
    const answers = await many(50, async (nth) => {
      const { deps, start, started } = await stage.newProcess();
      deps.ids.hex = (digits) => nth.toString(16).padStart(digits, "0");
      const answer = await start("one-key");
      return { status: answer.status, id: ((await answer.json()) as { id: string }).id, started };
    });
    expect(new Set(answers.map(({ status, id }) => `${status} ${id}`)).size).toBe(1);
    expect([...new Set(answers.flatMap(({ started }) => started))]).toEqual([answers[0]!.id]);
  });
});

describe("writers at once", { timeout: 60_000 }, () => {
  const throttled = () =>
    Object.assign(new Error("slow down"), {
      name: "ProvisionedThroughputExceededException",
      $fault: "client",
      $metadata: {},
    });
  const storeOn = (stage: Awaited<ReturnType<typeof createStage>>, interfere: Interference) =>
    createDynamoStore({
      client: stage.connect(interfere, { maxAttempts: 3 }),
      table: stage.table,
      clock: systemClock,
    });
  const facts = (writer: string): OperationFact[] =>
    Array.from({ length: 30 }, (_, nth) => ({ ...progress(nth), key: `${writer}/${nth}` }));

  it("lose nothing and write nothing twice while DynamoDB throttles each of them now and then, and loses answers", () =>
    inVirtualTime(async () => {
      const stage = await createStage();
      let calls = 0;
      const writers = ["runbook", "api", "zombie", "zombie"].map((writer) => {
        let own = 0;
        const interfere: Interference = async (operation) => {
          calls += 1;
          own += 1;
          if (own % 7 === 0) throw throttled();
          const loses = operation === "PutItem" && own % 5 === 0;
          return loses
            ? {
                after: () => {
                  throw Object.assign(new Error("reset"), { name: "TimeoutError", code: "ECONNRESET" });
                },
              }
            : undefined;
        };
        return storeOn(stage, interfere).append(OPERATION, facts(writer));
      });
      await Promise.all(writers);
      const events = await stage.storeOf(stage.connect()).events(OPERATION);
      expect(numbered(events)).toEqual(upTo(91));
      for (const writer of ["runbook", "api", "zombie"])
        expect(events.map(({ key }) => key).filter((key) => key.startsWith(writer))).toEqual(
          facts(writer).map(({ key }) => key),
        );
      // Each of the 91 places is tried by four at most, with a read after each that was not had.
      expect(calls).toBeLessThan(91 * 4 * 3);
    }));

  it("give up within bounds where DynamoDB throttles everything, and the API says when to ask again", () =>
    inVirtualTime(async () => {
      const stage = await createStage();
      let calls = 0;
      const store = storeOn(stage, async () => {
        calls += 1;
        throw throttled();
      });
      await expect(store.append(OPERATION, facts("runbook"))).rejects.toThrow("slow down");
      expect(calls).toBe(3);
      const { request } = await stage.newProcess({ store });
      const answer = await request(`/v1/operations/${OPERATION}`);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(await problemOf(answer)).toMatchObject({ status: 503, code: "cloud-unavailable" });
    }));
});
