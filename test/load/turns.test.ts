import { expect, it } from "vitest";
import type { OperationState } from "../../src/operations/state.ts";
import { takeOver } from "../../src/operations/take-over.ts";
import { operator } from "../simulation/operator.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { manyNoticeboards, upgradeMany } from "./many-noticeboards.ts";

const atMs = (text: string | undefined) => Date.parse(text ?? "");
const window = ({ window }: OperationState) => [atMs(window.closingAt), atMs(window.openedAt)] as const;
const timeout = 60_000;

it("one window opens after the other where one may be open at a time, in the order of the requests", { timeout }, () =>
  inVirtualTime(async () => {
    const { endings, cloud } = await upgradeMany(3, { windowsAtOnce: 1 });
    expect(endings.map(({ ending, state }) => [ending.status, state.site])).toEqual(
      Array.from({ length: 3 }, () => ["succeeded", "open"]),
    );
    const windows = endings.map(({ state }) => window(state));
    expect(windows.flat()).toEqual(windows.flat().toSorted((a, b) => a - b));
    const [, second, third] = endings;
    const said = third!.events.flatMap((event) => (event.type === "progress" ? [event.message] : []));
    expect(said).toContain("waits for 1 other before it; AWS' request limits of this account permit 1 window at once");
    expect(second!.state.waits).toMatchObject([{ for: "turn", to: expect.any(String) }]);
    // Whoever waits asks AWS for nothing.
    const looked = second!.state.phases.find(({ phase }) => phase === "preflight")!;
    expect(atMs(looked.finishedAt)).toBeGreaterThan(atMs(endings[0]!.state.window.openedAt));
    expect(cloud.bugs).toEqual([]);
  }),
);

it(
  "whoever calls it off while it waits for its turn ends it at once, and those behind it come sooner",
  {
    timeout,
  },
  () =>
    inVirtualTime(async () => {
      const { cloud, request, runOf } = await manyNoticeboards(3, { windowsAtOnce: 1 });
      const ids = [await request(0), await request(1), await request(2)];
      const runs = [0, 1, 2].map((nth) => runOf(nth));
      await cloud.world.clock.sleep(25_000);
      const { callbackId } = await cloud.store.control(ids[1]!);
      const { version } = await cloud.store.append(ids[1]!, [
        { type: "decided", key: "decided/1", decision: "cancel", by: operator },
      ]);
      runs[1]!.workflow.completeCallback(callbackId!);
      const from = cloud.world.clock.now();
      expect(await runs[1]!.ended).toEqual({ status: "refused" });
      expect(cloud.world.clock.now() - from).toBeLessThan(1_000);
      expect(await runs[2]!.ended).toEqual({ status: "succeeded" });
      const [first, called, last] = await Promise.all(ids.map(async (id) => (await cloud.store.get(id))!));
      expect(called!.version).toBeGreaterThan(version);
      expect(called!.window).toEqual({});
      expect(atMs(last!.window.closingAt) - atMs(first!.finishedAt)).toBeLessThan(30_000);
    }),
);

it(
  "a run that dies in its window keeps its place until another has ended it, and then gives it back",
  { timeout },
  () =>
    inVirtualTime(async () => {
      const { cloud, request, runOf } = await manyNoticeboards(2, { windowsAtOnce: 1 });
      const ids = [await request(0), await request(1)];
      const first = runOf(0, {
        crash: (point) => {
          if (point.startsWith("before stop/")) throw new Error("the process dies");
        },
      });
      const second = runOf(1).ended;
      await first.workflow.crashed.catch(() => {});
      await cloud.world.clock.sleep(60_000);
      expect((await cloud.store.get(ids[1]!))!.window).toEqual({});
      const over: Promise<unknown>[] = [];
      const start = async (_id: string, epoch: number) => void over.push(runOf(0, { epoch }).ended);
      await takeOver({ store: cloud.store, start }, { id: ids[0]!, from: 1, why: "it died" });
      expect(await Promise.all(over)).toEqual([{ status: "rolled-back" }]);
      expect(await second).toEqual({ status: "succeeded" });
      const [died, waited] = await Promise.all(ids.map(async (id) => (await cloud.store.get(id))!));
      expect(atMs(waited!.window.closingAt)).toBeGreaterThan(atMs(died!.window.openedAt));
    }),
);
