import { describe, expect, test } from "vitest";
import { announcementSchema } from "../../src/engine/announcement-schema.ts";
import { TARGET } from "../simulation/noticeboard-cloud.ts";
import { OPERATION, runUpgrade } from "../simulation/run-upgrade.ts";
import { toldCloud } from "../simulation/told-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const limits = { longestWindowMs: 4 * 60_000, longestWaitMs: 15 * 60_000 };
const quiet = { HeldOperations: 0, WaitingSeconds: 0, WindowOverdue: 0, WaitOverdue: 0, FailedRestores: 0 };
const PATIENCE = { timeout: 60_000 };
const seconds = (ms: number) => Math.max(0, Math.floor(ms / 1_000));

describe("an upgrade", PATIENCE, () => {
  test("is told on the bus event by event, in order, also where the bus refuses some and takes one without saying so", () =>
    inVirtualTime(async () => {
      const { cloud, announced, measured, lines } = await toldCloud({ limits });
      const putEvents = { service: "EventBridge", operation: "PutEvents" };
      cloud.faults.add({ ...putEvents, nth: 5, count: 12, fault: "internal-error" });
      cloud.faults.add({ ...putEvents, nth: 30, fault: "lost" });
      const { state, events } = await runUpgrade(cloud);
      expect(state.status).toBe("succeeded");
      await cloud.world.clock.sleep(60_000);

      const told = announced();
      expect(told.length).toBeGreaterThan(events.length);
      const once = told.filter(({ seq }, index) => told.findIndex((each) => each.seq === seq) === index);
      expect(once.map(({ seq, type }) => ({ seq, type }))).toEqual(events.map(({ seq, type }) => ({ seq, type })));
      for (const announcement of told) {
        expect(announcementSchema.parse(announcement)).toEqual(announcement);
        expect(announcement).toMatchObject({ operation: OPERATION, target: TARGET, procedure: "upgrade" });
      }
      expect(lines.some(({ message }) => message === "event not taken")).toBe(true);

      const minutes = measured(TARGET);
      expect(minutes.length).toBeGreaterThan(1);
      for (const minute of minutes) expect(minute).toMatchObject({ ...quiet, SilentOperations: 0 });
      expect(minutes.some(({ PageUpSeconds }) => PageUpSeconds > 0)).toBe(true);
      expect(minutes.at(-1)).toMatchObject({ ActiveOperations: 0, PageUpSeconds: 0 });
      expect(cloud.bugs).toEqual([]);
    }));

  test("that is held past its window is measured as that from the right minute on", () =>
    inVirtualTime(async () => {
      const { cloud, measured, lines } = await toldCloud({ limits, breakage: "crash" });
      const { state, events } = await runUpgrade(cloud);
      expect(state.status).toBe("held");
      await cloud.world.clock.sleep(6 * 60_000);

      const timeOf = (type: string) => Date.parse(events.find((event) => event.type === type)!.at);
      const [requestedAt, closingAt, heldAt] = [timeOf("requested"), timeOf("closing-started"), timeOf("held")];
      const minutes = measured(TARGET);
      expect(minutes.length).toBeGreaterThan(5);
      expect(minutes).toEqual(
        minutes.map(({ atMs }) => ({
          atMs,
          ...quiet,
          ActiveOperations: atMs >= requestedAt ? 1 : 0,
          HeldOperations: atMs >= heldAt ? 1 : 0,
          PageUpSeconds: seconds(atMs - closingAt),
          WindowOverdue: atMs > closingAt + limits.longestWindowMs ? 1 : 0,
          SilentOperations: 0,
        })),
      );
      expect(new Set(minutes.map(({ WindowOverdue }) => WindowOverdue))).toEqual(new Set([0, 1]));
      expect(measured()).toEqual(minutes);
      const troubles = lines.filter(({ message }) => message === "operation needs a look");
      expect(troubles.at(-1)).toEqual({
        level: "warn",
        message: "operation needs a look",
        trouble: "window-overdue",
        operation: OPERATION,
        target: TARGET,
        since: new Date(closingAt).toISOString(),
        live: expect.stringMatching(/^held, migrate failed, the site is closed: /),
      });
      expect(troubles.filter(({ trouble }) => trouble === "held")).toHaveLength(
        minutes.filter(({ HeldOperations }) => HeldOperations).length,
      );
      expect(cloud.bugs).toEqual([]);
    }));
});
