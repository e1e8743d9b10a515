import { beforeEach, describe, expect, it } from "vitest";
import { createWorld, iam, problemOf, upgrade } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
const idOf = async (response: Response): Promise<string> => ((await response.json()) as { id: string }).id;

describe("starting an operation", () => {
  it("records it, starts the runbook under its id and says where to follow it", async () => {
    const response = await world.start();
    expect(response.status).toBe(202);
    expect(response.headers.get("retry-after")).toBe("2");
    const operation = (await response.json()) as { id: string };
    expect(operation).toMatchObject({
      target: "crm",
      status: "pending",
      site: "open",
      request: { ...upgrade, snapshot: "required" },
      requestedBy: { kind: "iam", id: "arn:aws:sts::111122223333:assumed-role/operator", name: "operator/run-77" },
    });
    expect(response.headers.get("location")).toBe(`/v1/operations/${operation.id}`);
    expect(world.started).toEqual([operation.id]);
  });

  it("answers a repeated request with the same operation, and starts one execution by one name", async () => {
    const first = await world.start();
    const second = await world.start();
    expect(second.status).toBe(202);
    const id = await idOf(first);
    expect(await idOf(second)).toBe(id);
    expect(new Set(world.started)).toEqual(new Set([id]));
  });

  it("takes a version for the image of that tag in the repository that the target runs", async () => {
    const response = await world.start("key-1", { procedure: "upgrade", version: "2.0.0" });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ request: { image: "registry.example.com:5000/crm:2.0.0" } });
  });

  it("refuses an upgrade to both an image and a version, or to neither", async () => {
    for (const what of [{ image: upgrade.image, version: "2.0.0" }, {}]) {
      const problem = await problemOf(await world.start("key-1", { procedure: "upgrade", ...what }));
      expect(problem).toMatchObject({ code: "invalid-request", errors: [{ pointer: "/image" }] });
      expect(JSON.stringify(problem)).toContain("expected either image or version, and not both");
    }
  });

  it("refuses a version of a target whose repository nobody can tell", async () => {
    world = await createWorld({ planner: { ...world.deps.planner, runningImage: async () => undefined } });
    const problem = await problemOf(await world.start("key-1", { procedure: "upgrade", version: "2.0.0" }));
    expect(problem).toMatchObject({ code: "invalid-request", errors: [{ pointer: "/version" }] });
    expect(world.started).toEqual([]);
  });

  it("leaves an operation that has begun alone when its request is repeated", async () => {
    const id = await idOf(await world.start());
    await world.store.append(id, [{ type: "started", key: "started" }]);
    expect((await world.start()).status).toBe(202);
    expect(world.started).toEqual([id]);
  });

  it("keeps the keys of different callers apart", async () => {
    const id = await idOf(await world.start());
    await world.store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
    await world.store.unlock("crm", id);
    const other = await world.start("key-1", upgrade, await world.asGithub());
    expect(other.status).toBe(202);
    expect(await idOf(other)).not.toBe(id);
  });

  it("names the holder when the target is taken", async () => {
    const id = await idOf(await world.start());
    const response = await world.start("key-2");
    expect(response.headers.get("location")).toBe(`/v1/operations/${id}`);
    expect(await problemOf(response)).toMatchObject({
      status: 409,
      code: "target-locked",
      type: "/docs#target-locked",
      holder: { id, href: `/v1/operations/${id}` },
    });
    expect(world.started).toEqual([id]);
  });

  it("refuses a key that came with another request", async () => {
    const id = await idOf(await world.start());
    const response = await world.start("key-1", { ...upgrade, image: "registry.example.com/crm:3.0.0" });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: "idempotency-key-reused", operation: id });
  });

  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["too long", "k".repeat(256)],
    ["not visible", "a b"],
  ])("refuses a key that is %s", async (_, key) => {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    const response = await world.post("/v1/targets/crm/operations", upgrade, { headers });
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      code: "idempotency-key-required",
      errors: [{ parameter: "idempotency-key" }],
    });
  });

  it("refuses a frozen target and says why it is frozen", async () => {
    const response = await world.post("/v1/targets/wiki/operations", upgrade, { headers: { "idempotency-key": "k" } });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 409, code: "target-frozen" });
    expect(problem.detail).toContain("year-end closing");
    expect(await world.store.list("wiki")).toEqual([]);
  });

  it.each(["crm", "registry.example.com/crm", "UPPER/Case:1", "crm:1:2", "crm@sha256:short", "-:1"])(
    "refuses %j, which is no image with a tag or a digest, before anything is recorded",
    async (image) => {
      expect(await problemOf(await world.start("k", { ...upgrade, image }))).toMatchObject({
        status: 422,
        code: "invalid-request",
        errors: [{ pointer: "/image", expected: "an image reference with a tag or a digest" }],
      });
      expect(await world.store.list("crm")).toEqual([]);
    },
  );

  it("points at everything that is wrong with the body at once", async () => {
    const response = await world.start("k", { procedure: "upgrade", img: "x", snapshot: "maybe", comment: 7 });
    expect(await problemOf(response)).toMatchObject({
      code: "invalid-request",
      errors: [
        { pointer: "/snapshot", expected: 'one of "required", "none"', found: '"maybe"' },
        { pointer: "/comment", expected: "a text", found: "7 (number)" },
        { pointer: "/img", found: 'unknown key "img"' },
        { pointer: "/image", expected: "either image or version, and not both", found: "nothing" },
      ],
    });
  });

  it("names the procedures there are when it does not know one", async () => {
    expect(await problemOf(await world.start("k", { procedure: "upgrad", image: "crm:1" }))).toMatchObject({
      errors: [{ pointer: "/procedure", expected: expect.stringContaining('"upgrade"'), found: '"upgrad"' }],
    });
  });
});

describe("a start that fails half way", () => {
  it("says that the runbook was not reached, and the same request completes it", async () => {
    let broken = true;
    const started: string[] = [];
    world = await createWorld({
      starter: {
        start: async (id) => {
          if (broken)
            throw Object.assign(new Error("slow down"), { name: "TooManyRequestsException", $fault: "client" });
          started.push(id);
        },
        wake: async () => {},
      },
    });
    const failed = await world.start();
    expect(failed.headers.get("retry-after")).toBe("5");
    const problem = await problemOf(failed);
    expect(problem).toMatchObject({
      status: 503,
      code: "engine-unavailable",
      cause: { code: "TooManyRequestsException" },
    });
    broken = false;
    const id = await idOf(await world.start());
    expect(id).toBe(problem.operation);
    expect(started).toEqual([id]);
  });

  it("tells of a failing table by its error's code alone", async () => {
    const failure = Object.assign(new Error("arn:aws:iam::1:role/secret is not authorised"), {
      name: "AccessDeniedException",
      $fault: "client",
    });
    world = await createWorld({ store: { ...world.store, create: () => Promise.reject(failure) } });
    const response = await world.start();
    const text = await response.clone().text();
    expect(await problemOf(response)).toMatchObject({
      status: 503,
      code: "cloud-unavailable",
      cause: { code: "AccessDeniedException" },
    });
    expect(text).not.toContain("secret");
    expect(world.log.some(({ level, cause }) => level === "error" && String(cause).includes("secret"))).toBe(true);
  });
});

describe("the audit", () => {
  it("has one line for every accepted and every refused request that would change something", async () => {
    const id = await idOf(await world.start());
    await world.start("key-2");
    await world.start("key-3", upgrade, { env: iam("arn:aws:iam::111122223333:user/people/ann") });
    await world.request("/v1/operations");
    const lines = world.log.filter(({ message }) => message === "audit");
    expect(lines).toMatchObject([
      { outcome: "accepted", status: 202, target: "crm", operation: id, requestId: "gateway-1" },
      { outcome: "refused", status: 409, target: "crm", problem: "target-locked" },
      {
        outcome: "refused",
        status: 403,
        problem: "not-allowed",
        identity: { id: "arn:aws:iam::111122223333:user/people/ann" },
      },
    ]);
  });
});
