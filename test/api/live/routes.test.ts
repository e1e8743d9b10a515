import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../../src/operations/event.ts";
import { createWorld, problemOf } from "../world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let operation: { id: string; live: string };
beforeEach(async () => {
  world = await createWorld();
  operation = (await (await world.start()).json()) as typeof operation;
});
/** As anybody: no token, no signature. */
const ask = (path: string, init: RequestInit = {}) => world.request(path, init, {});
const statePath = () => operation.live.replace("?", "/state?");

describe("the link to the live page", () => {
  it("comes with every answer about an operation, and within an hour is the same", async () => {
    expect(operation.live).toMatch(new RegExp(`^/live/${operation.id}\\?key=`));
    const again = (await (await world.request(`/v1/operations/${operation.id}`)).json()) as typeof operation;
    expect(again.live).toBe(operation.live);
    const decided = await world.post(`/v1/operations/${operation.id}/decisions`, { decision: "cancel" });
    expect(((await decided.json()) as typeof operation).live).toBe(operation.live);
  });

  it("is whole in the text form, by the way in which the request came", async () => {
    const text = async (headers: object) => {
      const url = `https://api.example.com/v1/operations/${operation.id}`;
      return (await world.request(url, { headers: { accept: "text/plain", ...headers } })).text();
    };
    expect(await text({})).toContain(`live       https://api.example.com${operation.live}\n`);
    expect(await text({ "x-forwarded-proto": "http" })).toContain(
      `live       http://api.example.com${operation.live}\n`,
    );
    expect(await text({ "x-forwarded-proto": "javascript" })).toContain(
      `live       https://api.example.com${operation.live}\n`,
    );
  });

  it("opens the page and nothing else, to anybody who has it", async () => {
    const response = await ask(operation.live);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const key = new URL(operation.live, "http://api.test").searchParams.get("key") ?? "";
    for (const path of [
      `/v1/operations/${operation.id}?key=${key}`,
      `/v1/operations/${operation.id}/events?key=${key}`,
    ])
      expect((await ask(path, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
    const decision = { method: "POST", body: '{"decision":"cancel"}', headers: { "content-type": "application/json" } };
    expect((await ask(operation.live, decision)).status).toBe(405);
    expect((await ask(`/v1/operations/${operation.id}/decisions?key=${key}`, decision)).status).toBe(401);
  });

  it("may have been passed on by what adds parameters of its own", async () => {
    expect((await ask(`${operation.live}&utm_source=chat&fbclid=1`)).status).toBe(200);
  });

  it.each([
    ["without a key", (live: string) => live.split("?")[0]],
    ["with a changed key", (live: string) => live.replace(/.$/, "!")],
    ["of another operation", (live: string) => live.replace(/-\w{6}\?/, "-ffffff?")],
    ["of something that is no operation", (live: string) => live.replace(/op-[\w-]+/, "..%2f..%2fetc")],
    ["with two keys", (live: string) => live.replace("key=", "key=1&key=")],
  ])("shows nothing %s, and does not tell what was wrong", async (_, spoil) => {
    const spoilt = spoil(operation.live) ?? "";
    const response = await ask(spoilt);
    expect(response.status).toBe(403);
    const unknown = await ask(`/live/op-20200101-000000-000000?key=1.2`);
    expect(await response.text()).toBe(await unknown.text());
    const [path = "", query = ""] = spoilt.split("?");
    const problem = await problemOf(await ask(`${path}/state?${query}`));
    expect(problem).toMatchObject({ status: 403, code: "invalid-live-link", detail: "The link shows nothing." });
  });

  it("shows nothing of a target that is no longer configured", async () => {
    const without = await createWorld({
      store: world.store,
      configuration: { ...world.deps.configuration, targets: new Map() },
    });
    expect((await without.app.request(operation.live, {}, {})).status).toBe(403);
  });

  it("asks the table for no operation unless it is signed", async () => {
    const asked: string[] = [];
    const store = { ...world.store, get: async (id: string) => void asked.push(id) };
    const watched = await createWorld({ store: store as never });
    await watched.app.request(`/live/${operation.id}?key=1.2`, {}, {});
    expect(asked).toEqual([]);
    await watched.app.request(operation.live, {}, {});
    expect(asked).toEqual([operation.id]);
  });

  it("says whatever is wrong with the other parameters of its state", async () => {
    const problem = await problemOf(await ask(`${statePath()}&wait=forever`));
    expect(problem).toMatchObject({ code: "invalid-parameter", errors: [{ parameter: "wait" }] });
  });
});

describe("what the page is served with", () => {
  it.each(["/live/page.js", "/live/page.css", "page", "state", "refused"])("keeps %s to itself", async (what) => {
    const paths: Record<string, string> = { page: operation.live, state: statePath(), refused: "/live/x?key=1" };
    const { headers } = await ask(paths[what] ?? what);
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-robots-tag")).toBe("noindex");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("has neither scripts nor styles of its own inside, and only addresses that are right below a path too", async () => {
    const page = await (await ask(operation.live)).text();
    expect(page.match(/(?:src|href)="[^"]*"/g)).toEqual([
      'href="page.css"',
      'src="page.js"',
      'href="https://crm.example.com"',
    ]);
    expect(page).not.toMatch(/<style|<script(?! src)| style=| on\w+=/);
  });
});

describe("what the page shows", () => {
  const append = (...facts: object[]) =>
    world.store.append(operation.id, facts.map((fact, key) => ({ key: `${key}`, ...fact })) as OperationFact[]);

  it("is escaped, whoever wrote it", async () => {
    const hostile = `"><img src=x onerror=alert(1)><!-- </title></script>`;
    const by = { kind: "github", id: "github:repository:1", name: hostile, details: { secret: "claims" } };
    await append(
      { type: "started" },
      { type: "progress", phase: "migrate", message: hostile },
      { type: "decided", decision: "proceed", by, comment: hostile },
      {
        type: "check",
        check: { name: hostile, outcome: "warned", looked: hostile, expected: hostile, found: hostile },
      },
      { type: "leftover", what: hostile, fix: hostile },
      {
        type: "nodes",
        when: "before",
        nodes: [{ taskArn: hostile, service: hostile, image: hostile, status: hostile }],
      },
      { type: "held", problem: { code: "x", message: hostile, hint: hostile } },
    );
    const page = await (await ask(operation.live)).text();
    expect(page).toContain("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;!-- &lt;/title&gt;&lt;/script&gt;");
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<!--");
  });

  it("is nothing that is not for everybody with the link: no secrets, no claims, no accounts, no parameters", async () => {
    const arn = "arn:aws:ecs:eu-central-1:111122223333:task/crm/9c1d";
    await append(
      { type: "started", executionArn: "arn:aws:lambda:eu-central-1:111122223333:function:runbook:live" },
      { type: "leader-started", taskArn: arn },
      {
        type: "progress",
        phase: "migrate",
        message: `looked at ${arn} and 111122223333.dkr.ecr.eu-central-1.amazonaws.com/crm:2`,
      },
      {
        type: "mutation",
        mutation: {
          ...{
            phase: "close",
            service: "elbv2",
            operation: "CreateRule",
            resource: "arn:aws:elb:eu-central-1:111122223333:listener/1",
          },
          ...{ parameters: { Values: ["hunter2"] }, summary: "Let requests through", inverse: `DeleteRule ${arn}` },
        },
      },
      { type: "held", problem: { code: "x", message: `expected ${arn} to run`, details: { password: "hunter2" } } },
    );
    await world.store.keep(operation.id, "bypass", "hunter2");
    const state = await (await ask(statePath())).text();
    expect(state).toContain("task/crm/9c1d");
    for (const secret of ["111122223333", "arn:", "hunter2", "configuration", "executionArn", "requestContext"])
      expect(state).not.toContain(secret);
  });

  it("comes as soon as something happens", async () => {
    const waiting = ask(`${statePath()}&after=1&wait=20`);
    await append({ type: "started" });
    expect(((await (await waiting).json()) as { view: unknown }).view).toMatchObject({ status: "running", version: 2 });
  });
});
