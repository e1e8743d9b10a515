import { describe, expect, test } from "vitest";
import type { AnsweredOperation } from "../../src/api/schemas.ts";
import { NEW_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { throughTheApi } from "../simulation/through-the-api.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000, instanceMs: 30000, modifyMs: 5000 }"] };
const fenced = ["restore: { fence: sg-fence }"];
const upgrade = { procedure: "upgrade", image: NEW_IMAGE };
const isOver = ({ status }: AnsweredOperation) => ["succeeded", "rolled-back", "refused"].includes(status);
const isHeld = ({ status }: AnsweredOperation) => status === "held";
const decisionsOf = ({ decisions }: AnsweredOperation) => decisions.map(({ decision }) => decision);
const PATIENCE = { timeout: 120_000 };

describe("a held operation, decided through the API", PATIENCE, () => {
  test("goes back to its snapshot, however often the decision is sent", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, runs } = await throughTheApi({
        ...quick,
        breakage: "crash",
        target: fenced,
      });
      const id = await start(upgrade);
      expect(decisionsOf(await until(id, isHeld))).toEqual(["proceed", "rollback"]);
      for (const _time of [1, 2])
        expect((await post(`/v1/operations/${id}/decisions`, { decision: "rollback" })).status).toBe(202);
      const ended = await until(id, isOver);
      expect(ended).toMatchObject({
        status: "rolled-back",
        site: "open",
        restored: { snapshot: `intermission-${id}` },
      });
      expect(runs()).toEqual([id, `${id}-e2`]);
      expect(await judged(id)).toEqual([]);
    }));

  test("is held again where it is told to proceed and nothing has changed, and can be decided anew", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, runs } = await throughTheApi({
        ...quick,
        breakage: "crash",
        target: fenced,
      });
      const id = await start(upgrade);
      const first = await until(id, isHeld);
      await post(`/v1/operations/${id}/decisions`, { decision: "proceed" });
      const second = await until(id, (operation) => isHeld(operation) && operation.version > first.version + 2);
      expect(decisionsOf(second)).toContain("rollback");
      expect((await post(`/v1/operations/${id}/decisions`, { decision: "rollback" })).status).toBe(202);
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back" });
      expect(runs()).toEqual([id, `${id}-e2`, `${id}-e3`]);
      expect(await judged(id)).toEqual([]);
    }));
});

describe("a run that ends without a word", PATIENCE, () => {
  test.each(["close", "stop", "back-up"])("in %s is taken over, and everything put back", (phase) =>
    inVirtualTime(async () => {
      const { start, until, judged, runs } = await throughTheApi(quick, {
        kill: (point, epoch) => epoch === 1 && point.startsWith(`before ${phase}/end`),
      });
      const id = await start(upgrade);
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
      expect(runs()).toEqual([id, `${id}-e2`]);
      expect(await judged(id)).toEqual([]);
    }),
  );

  test("while the data migrates is held, and goes on once somebody decides", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, runs } = await throughTheApi(
        { ...quick, target: fenced },
        { kill: (point, epoch) => epoch === 1 && point.startsWith("before migrate/end") },
      );
      const id = await start(upgrade);
      expect(await until(id, isHeld)).toMatchObject({ problem: { code: "run-ended" } });
      await post(`/v1/operations/${id}/decisions`, { decision: "rollback" });
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back" });
      expect(runs()).toEqual([id, `${id}-e2`, `${id}-e3`]);
      expect(await judged(id)).toEqual([]);
    }));

  test("while it finishes is taken over, and finishes", () =>
    inVirtualTime(async () => {
      const { start, until, judged, runs } = await throughTheApi(quick, {
        kill: (point, epoch) => epoch === 1 && point.startsWith("before finish/end"),
      });
      const id = await start(upgrade);
      expect(await until(id, isOver)).toMatchObject({ status: "succeeded", site: "open" });
      expect(runs()).toEqual([id, `${id}-e2`]);
      expect(await judged(id)).toEqual([]);
    }));
});

describe("breaking the glass", PATIENCE, () => {
  test("on a run that goes on makes another one put everything back, and the first do nothing more", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, runs } = await throughTheApi(quick);
      const id = await start(upgrade);
      await until(id, ({ site }) => site === "closed");
      expect((await post(`/v1/operations/${id}/restore`, { comment: "it looks dead" })).status).toBe(202);
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back", site: "open" });
      expect(runs()).toEqual([id, `${id}-e2`]);
      expect(await judged(id)).toEqual([]);
    }));
});
