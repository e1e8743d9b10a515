import { setTimeout as sleep } from "node:timers/promises";
import { LambdaClient, StopDurableExecutionCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudStateOf, isRunning } from "../../src/sandbox/checker/cloud-state.ts";
import { RUNBOOK_FUNCTION } from "../../src/sandbox/own-plan.ts";
import { type Act, digests, type Finished, operate, operatorOf, violationsOf } from "./noticeboard-procedures.ts";
import { NEW_IMAGE, type NoticeboardSandbox, startNoticeboards } from "./noticeboard-sandbox.ts";
import { type Notice, startVisitors } from "./noticeboard-upgrade.ts";

/** A take-over waits one function time-out, 120 s, and meanwhile everything else is done: so each has its own noticeboard, in one sandbox. */
const TARGETS = ["newborn", "serviced", "relocated", "abandoned", "halted"] as const;
type Name = (typeof TARGETS)[number];
const A_TIME_OUT_AND_MORE_MS = 360_000;

/** Killing the worker kills every run there is, so the others begin after that. */
const workerIsGone = Promise.withResolvers<void>();

let sandbox: NoticeboardSandbox;
let lambda: LambdaClient;

beforeAll(async () => {
  sandbox = await startNoticeboards(TARGETS, {
    neverStarted: ["newborn"],
    environment: { newborn: { NOTICEBOARD_INSTALL_MS: "900" } },
    target: { restore: { fence: "sg-fence" } },
    switches: { renamedNameResolvesStale: true },
  });
  const { url: endpoint, key: credentials, world } = sandbox.services;
  lambda = new LambdaClient({ endpoint, region: world.region, credentials });
});
afterAll(async () => {
  lambda?.destroy();
  await sandbox?.close();
});

const violations = (
  target: Name,
  judged: Omit<Parameters<typeof violationsOf>[1], "target" | "neighbours">,
): ReturnType<typeof violationsOf> =>
  violationsOf(sandbox, { ...judged, target, neighbours: TARGETS.filter((name) => name !== target) });

const urlOf = (target: Name) => sandbox.targets[target]!.url;
const addressesOf = (target: Name) => [urlOf(target), urlOf(target).replace("127.0.0.1", "127.0.0.2")];
const nodesOf = (target: Name) =>
  cloudStateOf(sandbox.services.state()).ecs.tasks.filter(
    (task) => task.group === `service:${target}` && isRunning(task),
  );
const imagesOf = (target: Name) => nodesOf(target).map(({ containers: [container] }) => container!.imageDigest);

/** What each node answers at a path, by its name. */
async function everyNode(target: Name, path: string): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  for (let tries = 0; answers.size < 3 && tries < 60; tries += 1) {
    const { status, headers } = await fetch(`${addressesOf(target)[tries % 2]}${path}`);
    const node = headers.get("x-node");
    if (node !== null) answers.set(node, status);
  }
  return answers;
}

const OLD_ROWS = Array.from({ length: 40 }, (_, index) => ({ text: `old ${index + 1}`, price: index + 1 }));
/** Rows in one form: what version 1.4.2 has in euros is in cents in 2.0.0. */
type Rows = Awaited<ReturnType<NoticeboardSandbox["rows"]>>;
const inEuros = (rows: Rows) => new Map(rows.map(({ text, price }) => [text, Number(price)]));
const expected = (notices: readonly Pick<Notice, "text" | "price">[]) =>
  new Map(notices.map(({ text, price }) => [text, price]));

const page = async (url: string): Promise<number> => (await fetch(`${url}/api/notices`)).status;

/** An upgrade among visitors who go on writing to the new version, and its rollback, which throws that away knowingly. */
async function upgradeAndTakeBack(target: Name, { restore, act }: { restore: "rename" | "repoint"; act?: Act }) {
  const visitors = startVisitors(urlOf(target));
  const rowsBefore = await sandbox.rows(target);
  const upgrade = await operate(sandbox, target, { request: { procedure: "upgrade", image: NEW_IMAGE } });
  expect(upgrade.state).toMatchObject({ status: "succeeded", verifiedVersion: "2.0.0" });
  await sleep(2_000);
  const from = upgrade.state.window.openingAt!;
  const request = { procedure: "rollback", of: upgrade.state.id, restore, discards: { from } };
  const rollback = await operate(sandbox, target, { request, act });
  await sleep(1_000);
  const acknowledged = await visitors.stop();
  expect(rollback.state).toMatchObject({ status: "succeeded", site: "open", verifiedVersion: "1.4.2", leftovers: [] });
  const [interval] = rollback.state.discarded;
  expect(interval?.from).toBe(from);
  const isDiscarded = ({ at }: Notice) => from <= at && at <= interval!.to;
  return {
    rowsBefore,
    upgrade,
    rollback,
    acknowledged,
    kept: acknowledged.filter((notice) => !isDiscarded(notice)),
    discarded: acknowledged.filter(isDiscarded),
    restored: rollback.state.restored!,
  };
}

const aboutRollback = (upgrade: Finished) => {
  const { old, new: renewed } = digests(sandbox);
  return {
    procedure: "rollback" as const,
    newDigest: old,
    oldDigests: [renewed],
    snapshot: "none" as const,
    restores: upgrade.state.snapshot,
    discards: upgrade.state.window.openingAt,
  };
};

async function stop(id: string): Promise<void> {
  const { executions } = sandbox.services.lambda.state();
  const DurableExecutionArn = executions.find(({ name }) => name === id)!.arn;
  await lambda.send(new StopDurableExecutionCommand({ DurableExecutionArn }));
}

describe.concurrent("with real processes, a real PostgreSQL and a real load balancer", {
  timeout: A_TIME_OUT_AND_MORE_MS,
}, () => {
  test("an upgrade whose worker and whose execution are gone in mid-migration is taken over, and ends on the old data", async () => {
    const visitors = startVisitors(urlOf("abandoned"));
    let halfMigrated: Rows | undefined;
    const finished = await operate(sandbox, "abandoned", {
      request: { procedure: "upgrade", image: NEW_IMAGE, onFailure: "rollback" },
      async act(event, id) {
        if (event.type !== "progress" || !/migrating prices/.test(event.message) || halfMigrated) return;
        halfMigrated = [];
        await Promise.all([stop(id), sandbox.services.kill({ function: RUNBOOK_FUNCTION })]);
        halfMigrated = await sandbox.rows("abandoned");
        workerIsGone.resolve();
      },
    }).finally(workerIsGone.resolve);
    const acknowledged = await visitors.stop();
    expect(halfMigrated?.[0]).toHaveProperty("price_cents");
    const { state, events } = finished;
    expect(state).toMatchObject({ status: "rolled-back", site: "open", verifiedVersion: "1.4.2", leftovers: [] });
    expect(events.filter(({ type }) => type === "taken-over")).toMatchObject([{ epoch: 2 }]);
    const rows = await sandbox.rows("abandoned");
    expect(rows[0]).not.toHaveProperty("price_cents");
    expect(inEuros(rows)).toEqual(expected([...OLD_ROWS, ...acknowledged]));
    expect(imagesOf("abandoned")).toEqual(Array(3).fill(digests(sandbox).old));
    expect(await sandbox.store.lockHolder("abandoned")).toBeUndefined();
    const about = { newDigest: digests(sandbox).new };
    expect(await violations("abandoned", { finished, about, acknowledged, rows })).toEqual([]);
  });

  test("an upgrade whose execution is stopped before the point of no return puts everything back by itself", async () => {
    await workerIsGone.promise;
    const visitors = startVisitors(urlOf("halted"));
    const finished = await operate(sandbox, "halted", {
      request: { procedure: "upgrade", image: NEW_IMAGE },
      async act(event, id) {
        if (event.type === "phase-started" && event.phase === "back-up") await stop(id);
      },
    });
    const acknowledged = await visitors.stop();
    const { state, events } = finished;
    expect(state).toMatchObject({ status: "rolled-back", site: "open", leftovers: [] });
    expect(state.pointOfNoReturnAt).toBeUndefined();
    expect(events.filter(({ type }) => type === "taken-over")).toMatchObject([{ epoch: 2 }]);
    const { executions } = sandbox.services.lambda.state();
    expect(executions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: state.id, status: "STOPPED" }),
        expect.objectContaining({ name: `${state.id}-e2`, status: "SUCCEEDED" }),
      ]),
    );
    expect(await sandbox.store.lockHolder("halted")).toBeUndefined();
    const rows = await sandbox.rows("halted");
    expect(inEuros(rows)).toEqual(expected([...OLD_ROWS, ...acknowledged]));
    const about = { newDigest: digests(sandbox).new };
    expect(await violations("halted", { finished, about, acknowledged, rows })).toEqual([]);
  });

  test("a first start installs from one node, and opens with three", async () => {
    await workerIsGone.promise;
    const tables = () => sandbox.query("newborn", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    expect(await tables()).toEqual([]);
    let visitors: ReturnType<typeof startVisitors> | undefined;
    const finished = await operate(sandbox, "newborn", {
      request: { procedure: "first-start", database: "empty", counts: { newborn: 3 } },
      async act(event) {
        if (event.type === "closed") visitors = startVisitors(urlOf("newborn"));
      },
    });
    await sleep(1_000);
    const acknowledged = await visitors!.stop();
    expect(finished.state).toMatchObject({
      status: "succeeded",
      site: "open",
      verifiedVersion: "1.4.2",
      leftovers: [],
    });
    expect(await sandbox.query("newborn", "SELECT name, enabled FROM plugins ORDER BY name")).toEqual([
      { name: "notices", enabled: true },
      { name: "search", enabled: true },
      { name: "statistics", enabled: false },
    ]);
    const rows = await sandbox.rows("newborn");
    expect(acknowledged.length).toBeGreaterThan(3);
    expect(inEuros(rows)).toEqual(expected(acknowledged));
    expect(nodesOf("newborn")).toHaveLength(3);
    const about = { procedure: "first-start" as const, newDigest: digests(sandbox).old, counts: { newborn: 3 } };
    expect(await violations("newborn", { finished, about, acknowledged, rows })).toEqual([]);
  });

  test("a maintenance leaves one node to people past the page; and an upgrade is taken back by renames, whatever an old name resolves to", async () => {
    await workerIsGone.promise;
    const target = "serviced";
    const visitors = startVisitors(urlOf(target));
    expect([...(await everyNode(target, "/api/statistics")).values()]).toEqual([404, 404, 404]);
    const seen: Record<string, unknown> = {};
    const byHand = { text: "by hand, on the one node", price: 7 };
    const maintenance = await operate(sandbox, target, {
      request: { procedure: "maintenance", within: "5m" },
      async act({ type }, id) {
        if (type !== "waiting") return;
        const operator = operatorOf(sandbox);
        const { name, value } = await operator.bypass(id);
        const [first, second] = addressesOf(target) as [string, string];
        const past = { headers: { [name]: value } };
        seen.public = [
          await page(first),
          await page(second),
          (await fetch(first, { headers: { [name]: "x" } })).status,
        ];
        seen.enabled = (
          await fetch(`${first}/api/pm:enable?filterByTk=statistics`, { ...past, method: "POST" })
        ).status;
        seen.written = (
          await fetch(`${second}/api/notices`, { ...past, method: "POST", body: JSON.stringify(byHand) })
        ).status;
        seen.plugin = (await fetch(`${second}/api/statistics`, past)).status;
        await operator.decide(id, "proceed", "done");
      },
    });
    const acknowledged = await visitors.stop();
    expect(maintenance.state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    expect(seen).toEqual({ public: [503, 503, 503], enabled: 200, written: 201, plugin: 200 });
    expect([...(await everyNode(target, "/api/statistics")).values()]).toEqual([200, 200, 200]);
    const rows = await sandbox.rows(target);
    expect(inEuros(rows)).toEqual(expected([...OLD_ROWS, ...acknowledged, byHand]));
    const about = { procedure: "maintenance" as const, newDigest: digests(sandbox).old };
    expect(await violations(target, { finished: maintenance, about, acknowledged, rows })).toEqual([]);

    const strangers: string[] = [];
    const result = await upgradeAndTakeBack(target, {
      restore: "rename",
      async act(event) {
        if (event.type !== "mutation" || !/^Rename /.test(event.mutation.summary)) return;
        const write = sandbox.query(target, "INSERT INTO notices (text) VALUES ('a stranger''s')");
        strangers.push(
          await write.then(
            () => "written",
            () => "refused",
          ),
        );
      },
    });
    expect(strangers).toEqual(["refused"]);
    const { rollback, upgrade, rowsBefore, kept, discarded, restored } = result;
    expect(restored.database).toBe("serviced-db");
    expect(discarded.length).toBeGreaterThan(3);
    const after = await sandbox.rows(target);
    const before = rowsBefore.map(({ text, price }) => ({ text, price: Number(price) }));
    expect(inEuros(after)).toEqual(expected([...before, ...kept]));
    expect(after[0]).not.toHaveProperty("price_cents");
    expect(imagesOf(target)).toEqual(Array(3).fill(digests(sandbox).old));
    const judged = { finished: rollback, acknowledged: result.acknowledged };
    expect(await violations(target, { ...judged, about: aboutRollback(upgrade), rows: after })).toEqual([]);
  });

  test("an upgrade is taken back by leading the old version to the restored database, where it stands under its own name", async () => {
    await workerIsGone.promise;
    const target = "relocated";
    const result = await upgradeAndTakeBack(target, { restore: "repoint" });
    const { rollback, upgrade, rowsBefore, kept, discarded, restored } = result;
    expect(restored.database).toMatch(/^relocated-db-restored-/);
    const after = await sandbox.rows(target, restored.address);
    const before = rowsBefore.map(({ text, price }) => ({ text, price: Number(price) }));
    expect(inEuros(after)).toEqual(expected([...before, ...kept]));
    expect(discarded.length).toBeGreaterThan(3);
    expect(imagesOf(target)).toEqual(Array(3).fill(digests(sandbox).old));
    const shown = (await (await fetch(`${urlOf(target)}/api/notices`)).json()) as { data: { text: string }[] };
    expect(new Set(shown.data.map(({ text }) => text))).toEqual(new Set(inEuros(after).keys()));
    const judged = { finished: rollback, acknowledged: result.acknowledged };
    expect(await violations(target, { ...judged, about: aboutRollback(upgrade), rows: after })).toEqual([]);
  });
});
