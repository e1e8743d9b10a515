import { describe, expect, test } from "vitest";
import { operationAsText } from "../../src/api/text/operation.ts";
import { at, decide, judgedUpgrade } from "../simulation/judged-upgrade.ts";
import { noticeboardCloud, TARGET } from "../simulation/noticeboard-cloud.ts";
import { planOf } from "../simulation/proven-shape.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { timeline } from "../simulation/timeline.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const inHours = (hours: number) => new Date(Date.parse("2026-01-15T02:00:00Z") + hours * 3_600_000).toISOString();
const callsBetween = (cloud: SimulatedCloud, from: string, to: string) =>
  cloud.world.log
    .after()
    .flatMap((event) =>
      event.kind === "call" && event.caller.includes("runbook") && event.at > from && event.at < to
        ? [`${event.service} ${event.operation}`]
        : [],
    );
const rowsMutated = (cloud: SimulatedCloud) => (cloud.elb.state() as { rules?: unknown[] }).rules;

describe("notBefore", { timeout: 120_000 }, () => {
  test("an operation that must not begin yet is checked, suspends for hours, is checked again and then runs", () =>
    inVirtualTime(async () => {
      const notBefore = inHours(2);
      const { cloud, state, events, violations } = await judgedUpgrade({
        cloud: quick,
        visitEveryMs: 15_000,
        run: { request: { notBefore } },
      });
      expect({ status: state.status, violations }).toEqual({ status: "succeeded", violations: [] });
      const told = events.filter(({ type }) => !["check", "forecast", "nodes"].includes(type)).slice(0, 7);
      expect(timeline(told)).toMatchInlineSnapshot(`
        "     0.0  requested by operator/alice: upgrade of noticeboard to 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:2.0.0
             0.0     started
             0.0  ── preflight
             0.0     waits for start
          7188.0     the time has come
          7188.0     preflight done
          7188.0  ── prepare
        "
      `);
      const waiting = events.find(({ type }) => type === "waiting")!;
      expect(waiting).toMatchObject({ for: "start", until: notBefore });
      const calls = callsBetween(cloud, waiting.at, notBefore);
      expect(calls.filter((call) => !/dynamo/i.test(call))).toEqual([]);
      expect(calls.length).toBeLessThan(100);
      expect(events.filter(({ type }) => type === "check").map(({ at }) => at < notBefore)).toContain(false);
      expect(events.find(({ type }) => type === "mutation")!.at >= notBefore).toBe(true);
    }));

  test("a cancelled one ends at once, untouched", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      const rules = rowsMutated(cloud);
      const run = runUpgrade(cloud, { request: { notBefore: inHours(8) } });
      await cloud.world.clock.sleep(3 * 3_600_000 + 1_234_567);
      const [{ id } = { id: "" }] = await cloud.store.list(TARGET);
      expect(await cloud.store.get(id)).toMatchObject({
        status: "waiting",
        site: "open",
        waitingFor: { for: "start", until: inHours(8) },
      });
      const decidedAt = cloud.world.clock.now();
      await decide("cancel")(cloud);
      const { state } = await run;
      expect(cloud.world.clock.now() - decidedAt).toBeLessThan(2_000);
      expect(state).toMatchObject({ status: "refused", problem: { code: "cancelled" }, mutations: [] });
      expect(rowsMutated(cloud)).toEqual(rules);
      expect(await cloud.store.lockHolder(TARGET)).toBeUndefined();
    }));

  test("a decision that comes just as the operation begins to wait is not slept through", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      at("preflight/not-before", decide("cancel"))(cloud);
      const began = cloud.world.clock.now();
      const { state } = await runUpgrade(cloud, { request: { notBefore: inHours(8) } });
      expect(state).toMatchObject({ status: "refused", problem: { code: "cancelled" } });
      expect(cloud.world.clock.now() - began).toBeLessThan(60_000);
    }));

  test("what broke while it waited refuses it before anything is touched", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      const run = runUpgrade(cloud, { request: { notBefore: inHours(2) } });
      await cloud.world.clock.sleep(3_600_000);
      const [service] = await cloud.runbook.aws.ecs.services("noticeboard", ["noticeboard"]);
      await cloud.runbook.aws.ecs.updateService({ cluster: "noticeboard", service: service!.name, desiredCount: 0 });
      const { state } = await run;
      expect(state).toMatchObject({ status: "refused", problem: { code: "preflight-failed" }, mutations: [] });
      expect(state.checks.find(({ name }) => name === "leader-runs")).toMatchObject({ outcome: "failed" });
    }));

  test("a runbook that dies while it waits goes on waiting, and begins once", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      let deaths = 0;
      const { state, crashes } = await runUpgrade(cloud, {
        request: { notBefore: inHours(5) },
        crash: (point) => {
          if (!point.includes("not-before") || deaths === 4) return;
          deaths += 1;
          throw new Error("the worker was killed");
        },
      });
      expect({ status: state.status, crashes }).toEqual({ status: "succeeded", crashes: 4 });
      expect(state.phases[0]!.finishedAt! >= inHours(5)).toBe(true);
    }));

  test.each([
    ["of yesterday", -20, /^it was 20 h 0\d min ago$/],
    ["in a fortnight", 14 * 24, /^it is 335 h 5\d min away$/],
  ])("a time %s is refused, for it is not what was meant", (_, hours, found) =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      const { checks } = await planOf(cloud, { notBefore: inHours(hours) });
      expect(checks.find(({ name }) => name === "begins-when-asked")).toMatchObject({
        outcome: "failed",
        found: expect.stringMatching(found),
      });
    }),
  );
});

describe("mustOpenBy", { timeout: 120_000 }, () => {
  test("a window that would end too late is refused, beside everything else that is wrong", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      const { checks, ok } = await planOf(cloud, { image: "nothing:1.0", mustOpenBy: inHours(0.05) });
      expect(ok).toBe(false);
      expect(checks.flatMap(({ name, outcome }) => (outcome === "failed" ? [name] : []))).toEqual([
        "image-exists",
        "opens-in-time",
      ]);
    }));

  test("what takes longer than expected before the window makes it end before the site closes", () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: {
          migrationMs: 5_000,
          latencies: ["rds: { snapshotMs: 480000 }"],
          target: ["snapshot: { warmUp: true }"],
        },
        visitEveryMs: 10_000,
        run: { request: { mustOpenBy: inHours(0.2) } },
      });
      expect({ status: state.status, violations }).toEqual({ status: "rolled-back", violations: [] });
      expect(state).toMatchObject({
        problem: { code: "too-late", details: { phase: "close" } },
        window: {},
        leftovers: [],
      });
    }));

  test("a snapshot that takes longer than expected brings the old version back instead of a late opening", () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 600000 }"] },
        visitEveryMs: 10_000,
        run: { request: { mustOpenBy: inHours(0.2) } },
      });
      expect({ status: state.status, violations }).toEqual({ status: "rolled-back", violations: [] });
      expect(state).toMatchObject({
        problem: { code: "too-late", details: { phase: "migrate" } },
        site: "open",
        leftovers: [],
      });
      expect(state.pointOfNoReturnAt).toBeUndefined();
    }));

  test("past the point of no return nothing stops for the time, and everybody reads how late it was", () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: { migrationMs: 720_000, latencies: ["rds: { snapshotMs: 5000 }"] },
        visitEveryMs: 10_000,
        run: { request: { mustOpenBy: inHours(0.2) } },
      });
      expect({ status: state.status, violations }).toEqual({ status: "succeeded", violations: [] });
      expect(operationAsText({ ...state, decisions: [] })).toMatch(
        /^open by +2026-01-15T02:12:00.000Z, OPENED 1 min \d\d s LATER$/m,
      );
    }));
});

describe("the forecast", { timeout: 120_000 }, () => {
  test("is measured on what the target's operations took, as soon as there is one", () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud(quick);
      const before = (await planOf(cloud)).forecast;
      expect(before.phases.find(({ phase }) => phase === "migrate")!.parts).toContainEqual(
        expect.objectContaining({ what: "the migration", source: "assumed" }),
      );
      const { state } = await runUpgrade(cloud);
      const { forecast } = await planOf(cloud);
      for (const { phase, startedAt, finishedAt } of state.phases) {
        const took = Math.ceil((Date.parse(finishedAt!) - Date.parse(startedAt)) / 1_000);
        expect(forecast.phases.find((each) => each.phase === phase)).toMatchObject({
          expectedSeconds: took,
          parts: [{ seconds: took, source: "measured", on: "1 operation" }],
        });
      }
      const closed = Date.parse(state.window.openedAt!) - Date.parse(state.window.closingAt!);
      expect(Math.abs(forecast.window.expectedSeconds - closed / 1_000)).toBeLessThan(10);
    }));

  test("tells visitors when the site will be back, and the plan shows what they will read", () =>
    inVirtualTime(async () => {
      const target = ['page: { message: "We upgrade & improve. Back at about {{eta}}." }'];
      const cloud = await noticeboardCloud({ ...quick, target });
      const { page } = await planOf(cloud);
      expect(page).toBe("We upgrade & improve. Back at about 02:10 UTC.");
      let shown = "";
      at("stop/begin", async ({ runbook, configuration }) => {
        const { url } = configuration.targets.get(TARGET)!;
        const [address] = await runbook.resolveName(new URL(url).hostname);
        const connectTo = { address: address!, port: 8080 };
        shown = (await runbook.http({ url, connectTo, timeoutMs: 5_000 })).body;
      })(cloud);
      const { state } = await runUpgrade(cloud);
      expect(shown).toContain("<p>We upgrade &amp; improve. <span id=e>Back at about 02:10 UTC.</span></p>");
      expect(state.status).toBe("succeeded");
    }));
});
