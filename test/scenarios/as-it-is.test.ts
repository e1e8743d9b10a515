import { DescribeServicesCommand, ECSClient, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import type { AnsweredOperation } from "../../src/api/schemas.ts";
import type { Phase } from "../../src/operations/operation.ts";
import { NEW_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { throughTheApi } from "../simulation/through-the-api.ts";
import { whenAppended } from "../simulation/wake-waiters.ts";
import { inVirtualTime } from "../virtual-time.ts";

const PATIENCE = { timeout: 120_000 };
const target = ["timeouts: { stop: 3m, putBack: 3m, migrate: 5m }"];
const isHeld = ({ status }: AnsweredOperation) => status === "held";
const isOver = ({ status }: AnsweredOperation) => ["succeeded", "rolled-back", "refused"].includes(status);
const AS_IT_IS = { decision: "rollback", data: "as-it-is" };

/** Somebody else runs the new version, by hand, as soon as a phase begins: no snapshot has been taken yet. */
async function withAStranger({ phase = "stop", runsMs }: { phase?: Phase; runsMs?: number } = {}) {
  const api = await throughTheApi({ target });
  const { cloud } = api;
  const ecs = new ECSClient(cloud.operator);
  let stranger: string | undefined;
  whenAppended(cloud, (_id, facts) => {
    if (stranger !== undefined || !facts.some((fact) => fact.type === "phase-started" && fact.phase === phase)) return;
    stranger = "asked for";
    void (async () => {
      const { services } = await ecs.send(
        new DescribeServicesCommand({ cluster: "noticeboard", services: ["noticeboard"] }),
      );
      const { tasks } = await ecs.send(
        new RunTaskCommand({
          ...{ cluster: "noticeboard", taskDefinition: "noticeboard:2", launchType: "FARGATE", startedBy: "somebody" },
          networkConfiguration: services![0]!.networkConfiguration,
        }),
      );
      stranger = tasks![0]!.taskArn;
      if (runsMs === undefined) return;
      await cloud.world.clock.sleep(runsMs);
      await stopStranger();
    })();
  });
  const stopStranger = () => ecs.send(new StopTaskCommand({ cluster: "noticeboard", task: stranger }));
  return { ...api, stopStranger };
}

describe(
  "a hold before there was a snapshot, because a stranger's task of another version may have run on the data",
  PATIENCE,
  () => {
    test("leads back with a decision that takes the data upon it, and with no other", () =>
      inVirtualTime(async () => {
        const { cloud, start, until, post, get, judged, stopStranger } = await withAStranger();
        const id = await start({ procedure: "upgrade", image: NEW_IMAGE });
        const held = await until(id, isHeld);
        expect(held).toMatchObject({ problem: { code: "foreign-start" }, site: "closed" });
        expect(held.problem!.hint).not.toContain("No new version has touched the data");
        expect(held.decisions).toMatchObject([{ decision: "rollback", data: "as-it-is" }, { decision: "cancel" }]);

        const refused = await post(`/v1/operations/${id}/decisions`, { decision: "rollback" });
        expect(refused.status).toBe(409);
        expect(await refused.json()).toMatchObject({ code: "confirm-data", data: "as-it-is" });
        expect(await get(id)).toMatchObject({ status: "held" });

        await stopStranger();
        expect((await post(`/v1/operations/${id}/decisions`, AS_IT_IS)).status).toBe(202);
        expect(await until(id, isOver)).toMatchObject({
          status: "rolled-back",
          site: "open",
          decision: { data: "as-it-is" },
        });
        const events = await cloud.store.events(id);
        expect(events.find(({ type }) => type === "decided")).toMatchObject({ data: "as-it-is" });
        expect(await judged(id)).toEqual([]);
      }));

    test("is not snapshotted where that task came and went before the nodes had ended", () =>
      inVirtualTime(async () => {
        const { cloud, start, until, post, judged } = await withAStranger({ phase: "close", runsMs: 30_000 });
        const id = await start({ procedure: "upgrade", image: NEW_IMAGE });
        const held = await until(id, isHeld);
        expect(held).toMatchObject({ problem: { code: "foreign-start" }, site: "closed" });
        const called = cloud.world.log.after().flatMap((event) => (event.kind === "call" ? [event.operation] : []));
        expect(called).toContain("RunTask");
        expect(called).not.toContain("CreateDBSnapshot");
        expect((await post(`/v1/operations/${id}/decisions`, AS_IT_IS)).status).toBe(202);
        expect(await until(id, isOver)).toMatchObject({ status: "rolled-back", site: "open" });
        expect(await judged(id)).toEqual([]);
      }));

    test("is held again, and asked again, while the stranger's task still runs", () =>
      inVirtualTime(async () => {
        const { start, until, post, judged, stopStranger } = await withAStranger();
        const id = await start({ procedure: "upgrade", image: NEW_IMAGE });
        const first = await until(id, isHeld);
        await post(`/v1/operations/${id}/decisions`, AS_IT_IS);
        const second = await until(id, (operation) => isHeld(operation) && operation.version > first.version + 2);
        expect(second).toMatchObject({ site: "closed", problem: { code: "timed-out" } });
        await stopStranger();
        const [again] = second.decisions;
        await post(`/v1/operations/${id}/decisions`, { decision: again!.decision, data: again!.data });
        const third = await until(
          id,
          (operation) => !["running", "pending"].includes(operation.status) && operation.version > second.version + 2,
        );
        if (third.status === "held") await post(`/v1/operations/${id}/decisions`, AS_IT_IS);
        expect(await until(id, isOver)).toMatchObject({ status: "rolled-back", site: "open" });
        expect(await judged(id)).toEqual([]);
      }));
  },
);

test("an upgrade without a snapshot that fails goes back once somebody takes the data upon himself", PATIENCE, () =>
  inVirtualTime(async () => {
    const { start, until, post, get, judged } = await throughTheApi({ target, breakage: "crash" });
    const id = await start({ procedure: "upgrade", image: NEW_IMAGE, snapshot: "none" });
    const held = await until(id, isHeld);
    expect(held.decisions).toMatchObject([{ decision: "proceed" }, { decision: "rollback", data: "as-it-is" }]);
    expect((await post(`/v1/operations/${id}/decisions`, { decision: "rollback" })).status).toBe(409);
    expect((await post(`/v1/operations/${id}/decisions`, AS_IT_IS)).status).toBe(202);
    await until(id, isOver);
    const { status, site, nodes } = await get(id);
    expect({ status, site, after: nodes.after.length }).toEqual({ status: "rolled-back", site: "open", after: 3 });
    expect(await judged(id)).toEqual([]);
  }),
);
