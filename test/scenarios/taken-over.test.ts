import { describe, expect, test } from "vitest";
import type { AnsweredOperation } from "../../src/api/schemas.ts";
import { watch } from "../../src/engine/watch.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { NEW_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { OPERATION, operator } from "../simulation/operator.ts";
import { throughTheApi } from "../simulation/through-the-api.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = {
  migrationMs: 5_000,
  latencies: ["rds: { snapshotMs: 5000, instanceMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 20000 }"],
};
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

  test("is held again at once where the application says that it has failed for good", () =>
    inVirtualTime(async () => {
      const { start, until, post } = await throughTheApi({ ...quick, breakage: "migration", target: fenced });
      const id = await start(upgrade);
      const first = await until(id, isHeld);
      const decidedAt = Date.now();
      await post(`/v1/operations/${id}/decisions`, { decision: "proceed" });
      const second = await until(id, (operation) => isHeld(operation) && operation.version > first.version + 2);
      expect(second.problem).toMatchObject({ code: "migration-failed" });
      // The run before must be over first, which takes two minutes.
      expect(Date.now() - decidedAt).toBeLessThan(180_000);
    }));
});

describe("an operation that was held while it opened", PATIENCE, () => {
  /** The application breaks as soon as visitors reach it. */
  const broken = async () => {
    const world = await throughTheApi({ ...quick, target: [...fenced, "timeouts: { open: 2m }"] });
    const { http, store } = world.cloud.runbook;
    let breaks = true;
    world.cloud.runbook.http = async (request) => {
      const answer = await http(request);
      const [last] = await store.list("noticeboard");
      const operation = last && (await store.get(last.id));
      const isBroken = breaks && operation?.window.openingAt !== undefined && answer.status === 200;
      return isBroken ? { ...answer, status: 500, body: "broken" } : answer;
    };
    return { ...world, mend: () => (breaks = false) };
  };

  test("goes back only with a decision that names what visitors wrote since, and then loses just that", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, mend } = await broken();
      const id = await start(upgrade);
      const { window, decisions } = await until(id, isHeld);
      const from = window.openingAt!;
      expect(decisions).toMatchObject([{ decision: "proceed" }, { decision: "rollback", discards: { from } }]);
      const decide = (body: object) => post(`/v1/operations/${id}/decisions`, body);
      const refused = await decide({ decision: "rollback" });
      expect(await refused.json()).toMatchObject({ status: 409, code: "confirm-discard", discards: { from } });
      mend();
      expect((await decide({ decision: "rollback", discards: { from } })).status).toBe(202);
      const ended = await until(id, isOver);
      expect(ended).toMatchObject({ status: "rolled-back", site: "open", discarded: [{ from }] });
      expect(await judged(id)).toEqual([]);
    }));

  test("opens again once it is told to", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, mend } = await broken();
      const id = await start(upgrade);
      await until(id, isHeld);
      mend();
      await post(`/v1/operations/${id}/decisions`, { decision: "proceed" });
      expect(await until(id, isOver)).toMatchObject({ status: "succeeded", site: "open", discarded: [] });
      expect(await judged(id)).toEqual([]);
    }));

  test("and whose glass is broken without a word about those writes opens, and loses nothing", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, mend } = await broken();
      const id = await start(upgrade);
      await until(id, isHeld);
      mend();
      expect((await post(`/v1/operations/${id}/restore`, {})).status).toBe(202);
      expect(await until(id, (operation) => isOver(operation) || isHeld(operation))).toMatchObject({ discarded: [] });
      await until(id, isOver);
      expect(await judged(id)).toEqual([]);
    }));
});

describe("a maintenance", PATIENCE, () => {
  test.each([
    ["proceed", "succeeded"],
    ["rollback", "rolled-back"],
  ])("that is decided to %s ends as %s", (decision, status) =>
    inVirtualTime(async () => {
      const { start, until, post, judged, cloud } = await throughTheApi({ ...quick, target: fenced });
      const id = await start({ procedure: "maintenance", within: "2h" });
      const waiting = await until(id, ({ waitingFor }) => waitingFor?.for === "maintenance");
      expect(decisionsOf(waiting)).toEqual(["proceed", "rollback", "cancel"]);
      const kept = (await cloud.store.kept(id)) as { prepared: { bypassSecret: string } };
      expect(kept.prepared.bypassSecret).toMatch(/^[0-9a-f]{32}$/);
      await post(`/v1/operations/${id}/decisions`, { decision });
      expect(await until(id, isOver)).toMatchObject({ status, site: "open" });
      expect(await judged(id)).toEqual([]);
    }),
  );

  test("with the site open goes back only with a decision that names what visitors wrote since the snapshot", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged } = await throughTheApi({
        ...quick,
        target: [...fenced, "onFailure: rollback"],
      });
      const id = await start({ procedure: "maintenance", traffic: "open", within: "2h" });
      const { decisions, snapshotAt } = await until(id, ({ waitingFor }) => waitingFor?.for === "maintenance");
      expect(decisions).toMatchObject([
        { decision: "proceed" },
        { decision: "rollback", discards: { from: snapshotAt } },
        { decision: "cancel", does: expect.stringContaining("holds the operation") },
      ]);
      const decide = (body: object) => post(`/v1/operations/${id}/decisions`, body);
      expect((await decide({ decision: "rollback" })).status).toBe(409);
      expect((await decide({ decision: "cancel" })).status).toBe(202);
      expect(await until(id, (operation) => isHeld(operation) || isOver(operation))).toMatchObject({ status: "held" });
      expect((await decide({ decision: "rollback", discards: { from: snapshotAt } })).status).toBe(202);
      const ended = await until(id, isOver);
      expect(ended).toMatchObject({ status: "rolled-back", site: "open", discarded: [{ from: snapshotAt }] });
      expect(await judged(id)).toEqual([]);
    }));
});

describe("a run that ends without a word", PATIENCE, () => {
  test.each(["prepare", "close", "stop", "back-up"])("in %s is taken over, and everything put back", (phase) =>
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

  test.each([
    "before migrate/end",
    "before verify/begin",
    "after verify/verified",
    "before verify/end",
    "before scale-out/begin",
    "before scale-out/end",
  ])("%s is held, and goes on to the new version once somebody decides that it proceeds", (moment) =>
    inVirtualTime(async () => {
      const killed: string[] = [];
      const { start, until, post, judged } = await throughTheApi(
        { ...quick, target: fenced },
        {
          kill(point, epoch) {
            const isDue = epoch === 1 && point.startsWith(moment);
            if (isDue) killed.push(point);
            return isDue;
          },
        },
      );
      const id = await start(upgrade);
      const held = await until(id, isHeld);
      expect(killed).toHaveLength(1);
      expect(decisionsOf(held)).toEqual(["proceed", "rollback"]);
      await post(`/v1/operations/${id}/decisions`, { decision: "proceed" });
      const ended = await until(id, isOver);
      expect(ended).toMatchObject({ status: "succeeded", site: "open", verifiedVersion: "2.0.0" });
      expect(await judged(id)).toEqual([]);
    }),
  );

  test.each(["before open/end", "before finish/begin", "before finish/end"])(
    "%s is taken over, and finishes",
    (moment) =>
      inVirtualTime(async () => {
        const { start, until, judged, runs } = await throughTheApi(quick, {
          kill: (point, epoch) => epoch === 1 && point.startsWith(moment),
        });
        const id = await start(upgrade);
        expect(await until(id, isOver)).toMatchObject({ status: "succeeded", site: "open" });
        expect(runs()).toEqual([id, `${id}-e2`]);
        expect(await judged(id)).toEqual([]);
      }),
  );
});

describe("a run that takes over and ends without a word itself", PATIENCE, () => {
  test("is taken over in its turn, at whatever step it ended", () =>
    inVirtualTime(async () => {
      const killed: string[] = [];
      const { start, until, judged, runs } = await throughTheApi(quick, {
        kill(point, epoch) {
          const isDue =
            (epoch === 1 && point.startsWith("before back-up/end")) ||
            (epoch === 2 && point === "after what-is-left") ||
            (epoch === 3 && point.startsWith("after put-back/")) ||
            (epoch === 4 && point.startsWith("before put-back/end"));
          if (isDue) killed.push(point);
          return isDue;
        },
      });
      const id = await start(upgrade);
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
      expect(killed).toHaveLength(4);
      expect(runs()).toHaveLength(5);
      expect(await judged(id)).toEqual([]);
    }));

  test("again and again is held in the end, and somebody is woken", () =>
    inVirtualTime(async () => {
      const { start, until, post, judged, alarms, runs } = await throughTheApi(quick, {
        kill: (point, epoch) => epoch < 7 && point.startsWith("before back-up/end") !== epoch > 1,
      });
      const id = await start(upgrade);
      const held = await until(id, isHeld);
      expect(held.problem?.code).toBe("runs-end-without-a-word");
      expect(alarms).toHaveLength(1);
      expect(runs()).toHaveLength(6);
      expect((await post(`/v1/operations/${id}/decisions`, { decision: "cancel" })).status).toBe(202);
      expect(await until(id, isOver)).toMatchObject({ status: "rolled-back" });
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

test(
  "an operation whose request ended between its record and its run is run within two minutes, whoever looks",
  PATIENCE,
  () =>
    inVirtualTime(async () => {
      const { cloud, starter, until, judged, runs } = await throughTheApi(quick);
      const { store, configuration, world } = cloud;
      const created = await store.create({
        id: OPERATION,
        target: "noticeboard",
        request: { procedure: "upgrade", image: NEW_IMAGE, snapshot: "required" },
        requestedBy: operator,
        configuration: configuration.targets.get("noticeboard"),
        idempotencyKey: "from a worker that is gone",
      });
      expect(created.outcome).toBe("created");
      const look = watch({
        targets: ["noticeboard"],
        active: {
          on: async () => ({
            ...(created as { operation: OperationState }).operation,
            target: "noticeboard",
            configuration: {},
            state: await store.get(OPERATION),
          }),
        },
        store,
        start: starter.start,
        clock: world.clock,
        limits: { longestWindowMs: 1, longestWaitMs: 1 },
        write: () => {},
      });
      const minutes = setInterval(() => void look(), 60_000);
      const { requestedAt, phases } = await until(OPERATION, isOver);
      clearInterval(minutes);
      expect(Date.parse(phases[0]!.startedAt) - Date.parse(requestedAt)).toBeLessThanOrEqual(120_000);
      expect(runs()).toEqual([OPERATION]);
      expect(await judged(OPERATION)).toEqual([]);
    }),
);
