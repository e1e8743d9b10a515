import { hc } from "hono/client";
import { describe, expect, it } from "vitest";
import type { AppType } from "../../src/api/app.ts";
import { createWorld, iam, problemOf, upgrade } from "./world.ts";

describe("a target", () => {
  it("shows its configuration without its access rules, its holder, its operations and its live state", async () => {
    const world = await createWorld();
    const { id } = (await (await world.start()).json()) as { id: string };
    const response = await world.request("/v1/targets/crm");
    const text = await response.clone().text();
    expect(await response.json()).toMatchObject({
      name: "crm",
      url: "https://crm.example.com",
      configuration: { cluster: "crm", drain: { seconds: 5 }, timeouts: { migrate: 1_800_000 } },
      heldBy: { id, href: `/v1/operations/${id}` },
      operations: [{ id, status: "pending", href: `/v1/operations/${id}` }],
      live: { services: [{ runningCount: 3 }] },
    });
    expect(text).not.toContain("repository_id");
    expect(text).not.toContain("arn:aws:iam");
  });

  it("is shown even while the cloud cannot be asked", async () => {
    const describe = async () => Promise.reject(Object.assign(new Error("secret"), { name: "ThrottlingException" }));
    const world = await createWorld();
    const { app, log } = await createWorld({ planner: { ...world.deps.planner, describe } });
    const response = await app.request("/v1/targets/crm", {}, iam());
    expect(response.status).toBe(200);
    const body = (await response.json()) as Record<string, unknown>;
    expect(body.liveProblem).toBe("The cloud could not be asked: ThrottlingException");
    expect(body).not.toHaveProperty("live");
    expect(log).toMatchObject([{ level: "error", target: "crm" }, ...log.slice(1)]);
  });
});

describe("a plan", () => {
  it("answers the checks and the mutations in order, and starts nothing", async () => {
    const world = await createWorld();
    const response = await world.post("/v1/targets/crm/plan", upgrade);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ok: true,
      request: { ...upgrade, snapshot: "required" },
      checks: [{ name: "image-exists", outcome: "passed" }],
      mutations: [{ phase: "close", operation: "CreateRule", inverse: "delete the rule", parameters: { Priority: 1 } }],
    });
    expect(world.started).toEqual([]);
    expect(await world.store.lockHolder("crm")).toBeUndefined();
  });

  it("may be made of a frozen target", async () => {
    const world = await createWorld();
    expect((await world.post("/v1/targets/wiki/plan", upgrade)).status).toBe(200);
  });

  it("refuses what is no image", async () => {
    const world = await createWorld();
    const problem = await problemOf(await world.post("/v1/targets/crm/plan", { ...upgrade, image: "a b" }));
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer: "/image" }] });
  });

  it("says that AWS failed where it did, by its error's code alone", async () => {
    const failure = Object.assign(new Error("User arn:… is not authorized"), {
      name: "AccessDeniedException",
      $fault: "client",
    });
    const world = await createWorld();
    const { app } = await createWorld({ planner: { ...world.deps.planner, plan: () => Promise.reject(failure) } });
    const init = { method: "POST", body: JSON.stringify(upgrade), headers: { "content-type": "application/json" } };
    const problem = await problemOf(await app.request("/v1/targets/crm/plan", init, iam()));
    expect(problem).toMatchObject({ status: 503, code: "cloud-unavailable", cause: { code: "AccessDeniedException" } });
    expect(JSON.stringify(problem)).not.toContain("arn:");
  });
});

describe("the typed client", () => {
  it("knows the routes, their requests and their answers", async () => {
    const world = await createWorld();
    const client = hc<AppType>("http://api.test", {
      fetch: ((input: string, init?: RequestInit) => world.request(input, init)) as typeof fetch,
    });
    const plan = await client.v1.targets[":target"].plan.$post({
      param: { target: "crm" },
      query: {},
      json: { procedure: "upgrade", image: "crm:2.0.0" },
    });
    expect(plan.status).toBe(200);
    if (plan.status === 200) expect((await plan.json()).mutations[0]?.phase).toBe("close");
    const refused = await client.v1.operations[":id"].$get({ param: { id: "nope" }, query: {} });
    if (refused.status === 404) expect((await refused.json()).code).toBe("unknown-operation");
    expect(refused.status).toBe(404);
  });
});

describe("the open routes", () => {
  it("need nobody to sign or to bring a token", async () => {
    const world = await createWorld();
    expect(await (await world.request("/health", {}, {})).json()).toEqual({ status: "ok", version: "1.2.3" });
    expect(await (await world.request("/", {}, {})).text()).toContain("/v1/targets");
    expect(await (await world.request("/openapi.json", {}, {})).json()).toMatchObject({ openapi: "3.1.0" });
  });

  it("document every route and every problem on a page that loads nothing from elsewhere", async () => {
    const world = await createWorld();
    const response = await world.request("/docs", {}, {});
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const page = await response.text();
    const { paths } = (await (await world.request("/openapi.json", {}, {})).json()) as {
      paths: Record<string, object>;
    };
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods))
        expect(page).toContain(`<span class="${method}">${method.toUpperCase()}</span> <code>${path}</code>`);
    expect(page).toContain('id="target-locked"');
    expect(page).not.toMatch(/<script|<link|@import|src=|https?:\/\/(?!.*example)/);
    expect(world.log).toEqual([]);
  });
});
