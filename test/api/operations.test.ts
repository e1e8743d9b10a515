import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { createWorld, iam, problemOf, upgrade } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
const setUp = async (): Promise<void> => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
};
beforeEach(setUp);

const started: OperationFact = { type: "started", key: "started" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "migration-failed", message: "it failed" } };
const finished: OperationFact = { type: "finished", key: "finished", status: "succeeded" };
const progress = (key: string): OperationFact => ({ type: "progress", key, phase: "migrate", message: key });
const get = (rest = "", init?: RequestInit) => world.request(`/v1/operations/${id}${rest}`, init);

describe("an operation", () => {
  it("is answered as it is, with its version as the ETag and a time to ask again", async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toMatch(/^W\/"1\.\d+"$/);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
    expect(await response.json()).toMatchObject({ id, target: "crm", status: "pending", version: 1 });
  });

  it.each([
    ["TAG", 304],
    ['"7", TAG', 304],
    ["*", 304],
    ['W/"1"', 200],
    ["", 200],
  ])("with if-none-match %s is %i", async (given, status) => {
    const tag = given.replace("TAG", (await get()).headers.get("etag") ?? "");
    const response = await get("", { headers: { "if-none-match": tag } });
    expect(response.status).toBe(status);
    if (status === 304) expect(await response.text()).toBe("");
  });

  it("that is settled is not to be asked for again, and failed as an operation is not failed as a request", async () => {
    await world.store.append(id, [held]);
    const response = await get("?wait=20");
    expect(response.status).toBe(200);
    expect(response.headers.get("retry-after")).toBeNull();
    expect(await response.json()).toMatchObject({ status: "held", problem: { code: "migration-failed" } });
  });

  it.each(["nope", "op-20260115-020000-ffffff", "op-20260115-020000-FFFFFF", "x".repeat(5_000), "%00", "%E0%A4%A"])(
    "is unknown under the id %s",
    async (unknown) => {
      expect(await problemOf(await world.request(`/v1/operations/${unknown}`))).toMatchObject({
        status: 404,
        code: "unknown-operation",
      });
    },
  );

  it("is for nobody once its target is configured no longer", async () => {
    const { app } = await createWorld({ store: world.store, configuration: { targets: new Map() } });
    expect((await app.request(`/v1/operations/${id}`, {}, iam())).status).toBe(404);
  });
});

describe("the long poll", () => {
  const elapsedMs = async (ask: () => Promise<Response>) => {
    const from = Date.now();
    const response = await ask();
    const { version } = (await response.json()) as { version: number };
    return { version, ms: Date.now() - from };
  };

  it("answers at once when the version is above `after` already", () =>
    inVirtualTime(async () => {
      await setUp();
      await world.store.append(id, [started]);
      expect(await elapsedMs(() => get("?after=1&wait=20"))).toEqual({ version: 2, ms: 0 });
    }));

  it("answers within a second of a change", () =>
    inVirtualTime(async () => {
      await setUp();
      const answer = elapsedMs(() => get("?after=1&wait=20"));
      await new Promise((resolve) => setTimeout(resolve, 7_100));
      await world.store.append(id, [started]);
      const { version, ms } = await answer;
      expect(version).toBe(2);
      expect(ms).toBeGreaterThanOrEqual(7_100);
      expect(ms).toBeLessThanOrEqual(8_100);
    }));

  it("answers what there is when the time is up", () =>
    inVirtualTime(async () => {
      await setUp();
      expect(await elapsedMs(() => get("?after=1&wait=20"))).toEqual({ version: 1, ms: 20_000 });
      expect(await elapsedMs(() => get("?after=99&wait=3"))).toEqual({ version: 1, ms: 3_000 });
    }));

  it("waits for the next change where `after` is not given", () =>
    inVirtualTime(async () => {
      await setUp();
      expect(await elapsedMs(() => get("?wait=2"))).toEqual({ version: 1, ms: 2_000 });
      expect(await elapsedMs(() => get(""))).toEqual({ version: 1, ms: 0 });
    }));

  it("does not wait for a settled operation, nor for a caller who has gone", () =>
    inVirtualTime(async () => {
      await setUp();
      const gone = new AbortController();
      const answer = elapsedMs(() => get("?after=1&wait=20", { signal: gone.signal }));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      gone.abort();
      expect((await answer).ms).toBeLessThanOrEqual(4_000);
      await world.store.append(id, [finished]);
      expect(await elapsedMs(() => get("?after=2&wait=20"))).toEqual({ version: 2, ms: 0 });
    }));

  it("works for events too", () =>
    inVirtualTime(async () => {
      await setUp();
      const answer = get("/events?after=1&wait=20");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await world.store.append(id, [started, progress("p1")]);
      expect(await (await answer).json()).toMatchObject({
        operation: id,
        version: 3,
        events: [{ seq: 2 }, { seq: 3 }],
      });
    }));
});

describe("events", () => {
  it("are all there, or what came after a version", async () => {
    await world.store.append(id, [started, progress("p1")]);
    const all = (await (await get("/events")).json()) as { events: { type: string }[]; version: number };
    expect(all.events.map(({ type }) => type)).toEqual(["requested", "started", "progress"]);
    expect(all.version).toBe(3);
    expect(await (await get("/events?after=2")).json()).toMatchObject({ events: [{ seq: 3 }], version: 3 });
    expect(await (await get("/events?after=3")).json()).toMatchObject({ events: [], version: 3 });
  });
});

describe("the receipt", () => {
  it("is not there before the operation is settled", async () => {
    const response = await get("/receipt");
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await problemOf(response)).toMatchObject({ status: 409, code: "operation-not-settled", operation: id });
  });

  it("says what was done, decided and is true now", () =>
    inVirtualTime(async () => {
      await setUp();
      const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      await world.store.append(id, [started, { type: "closing-started", key: "closing" }]);
      await later(30_000);
      await world.store.append(id, [
        { type: "snapshot-available", key: "s", snapshot: "snap-1", createdAt: "2026-01-15T02:00:20.000Z" },
        { type: "verified", key: "v", version: "2.0.0", taskArn: "arn" },
        { type: "opened", key: "opened" },
        { type: "leftover", key: "l", what: "a rule", fix: "delete it" },
        finished,
      ]);
      expect(await (await get("/receipt")).json()).toMatchObject({
        operation: id,
        target: "crm",
        outcome: "succeeded",
        window: { downtimeMs: 30_000 },
        snapshot: { id: "snap-1" },
        verifiedVersion: "2.0.0",
        leftovers: [{ what: "a rule", fix: "delete it" }],
        infrastructureAsCode: { image: upgrade.image },
      });
    }));
});

describe("the list", () => {
  const more = async (count: number): Promise<string[]> => {
    const ids = [id];
    for (let nth = 0; nth < count; nth += 1) {
      const last = ids.at(-1) ?? "";
      await world.store.append(last, [finished]);
      await world.store.unlock("crm", last);
      ids.push(((await (await world.start(`more-${nth}`)).json()) as { id: string }).id);
    }
    return ids.toSorted().toReversed();
  };
  const list = async (query: string) =>
    (await (await world.request(`/v1/operations${query}`)).json()) as { operations: { id: string }[]; next?: string };

  it("is newest first, in pages that lead to the next", async () => {
    const ids = await more(4);
    const first = await list("?limit=2");
    const second = await list(first.next!.replace("/v1/operations", ""));
    const third = await list(second.next!.replace("/v1/operations", ""));
    expect([first, second, third].map(({ operations }) => operations.map((each) => each.id))).toEqual([
      ids.slice(0, 2),
      ids.slice(2, 4),
      ids.slice(4),
    ]);
    expect(third.next).toBeUndefined();
  });

  it("is of one target and one status where they are given", async () => {
    const [newest] = await more(2);
    expect((await list("?target=crm&status=pending")).operations.map((each) => each.id)).toEqual([newest]);
    expect((await list("?status=succeeded&target=crm")).operations).toHaveLength(2);
    expect((await list("?target=wiki")).operations).toEqual([]);
  });

  it("has only what the caller may see", async () => {
    const seen = async (env: object) => world.request("/v1/operations", {}, env);
    expect(await (await seen(iam("arn:aws:sts::111122223333:assumed-role/nobody/x"))).json()).toEqual({
      operations: [],
    });
    const response = await world.request(
      "/v1/operations?target=wiki",
      {},
      iam("arn:aws:iam::111122223333:user/people/ann"),
    );
    expect((await problemOf(response)).code).toBe("unknown-target");
  });

  it.each(["?limit=101", "?limit=-1", "?limit=", "?limit=1&limit=2", "?before=x", "?status=done", "?tarqet=crm"])(
    "refuses %s",
    async (query) => {
      expect((await problemOf(await world.request(`/v1/operations${query}`))).code).toBe("invalid-parameter");
    },
  );
});
