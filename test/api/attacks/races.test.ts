import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../../src/operations/event.ts";
import { crm } from "../../targets/crm.ts";
import { iam, problemOf, upgrade } from "../world.ts";
import { OPERATOR, START, underAttack } from "./attacker.ts";

let api: Awaited<ReturnType<typeof underAttack>>;
beforeEach(async () => {
  api = await underAttack();
});
const started: OperationFact = { type: "started", key: "started" };
const waiting: OperationFact = { type: "waiting", key: "waiting", for: "before-open" };
const idOf = (body: string) => (JSON.parse(body) as { id: string }).id;
const byKey = (key: string) => ({ signer: OPERATOR, headers: { "idempotency-key": key } });
const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);

describe("twenty starts at the same moment", () => {
  it("start one operation, and everybody else hears who holds the target", async () => {
    const answers = await Promise.all(keys.map((key) => api.send(byKey(key))));
    const [accepted, ...more] = answers.filter(({ status }) => status === 202);
    expect(more).toEqual([]);
    const id = idOf(accepted!.body);
    const others = answers.filter((answer) => answer !== accepted);
    expect(others.map(({ status, code }) => `${status} ${code}`)).toEqual(Array(19).fill("409 target-locked"));
    for (const { headers, body } of others) {
      expect(headers.location).toBe(`/v1/operations/${id}`);
      expect(JSON.parse(body)).toMatchObject({ holder: { id } });
    }
    expect(new Set(api.started)).toEqual(new Set([id]));
    expect(await api.store.list("crm")).toHaveLength(1);
  });

  it("under one key are one operation", async () => {
    const answers = await Promise.all(keys.map(() => api.send(byKey("the-same"))));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(new Set(answers.map(({ body }) => idOf(body))).size).toBe(1);
    expect(new Set(api.started).size).toBe(1);
  });
});

describe("a request that is sent once more", () => {
  it("with another body under the same key is refused, and names what the key stands for", async () => {
    const id = idOf((await api.send(byKey("key"))).body);
    const body = JSON.stringify({ ...upgrade, image: "registry.example.com/evil:2.0.0" });
    const answer = await api.refused({ ...byKey("key"), body });
    expect(answer).toMatchObject({ status: 422, code: "idempotency-key-reused" });
    expect(JSON.parse(answer.body)).toMatchObject({ operation: id });
  });

  it("for another target under the same key is refused", async () => {
    await api.send(byKey("key"));
    const answer = await api.refused({ ...byKey("key"), path: "/v1/targets/wiki/operations" });
    expect(["idempotency-key-reused", "target-frozen"]).toContain(answer.code);
  });

  it("under somebody else's key is a request of one's own, which the lock stops", async () => {
    await api.send(byKey("key"));
    const github = await api.asGithub();
    const answer = await api.refused({ headers: { ...byKey("key").headers, ...github.headers } });
    expect(answer.code).toBe("target-locked");
  });

  it("long after its operation is over starts nothing: it is answered what it started", async () => {
    const id = idOf((await api.send(byKey("key"))).body);
    await api.store.append(id, [started, { type: "finished", key: "finished", status: "succeeded" }]);
    await api.store.unlock("crm", id);
    api.started.length = 0;
    expect(idOf((await api.send(byKey("key"))).body)).toBe(id);
    expect(api.started).toEqual([]);
  });
});

describe("twenty decisions at the same moment", () => {
  it("are one, and everybody who decided otherwise hears that", async () => {
    const id = idOf((await api.send(byKey("key"))).body);
    await api.store.append(id, [started, waiting]);
    await api.store.setCallback(id, "callback");
    const answers = await Promise.all(
      keys.map((_key, at) =>
        api.send({
          path: `/v1/operations/${id}/decisions`,
          signer: OPERATOR,
          body: JSON.stringify({ decision: at % 2 ? "proceed" : "rollback" }),
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
    expect(new Set(answers.filter(({ status }) => status !== 202).map(({ code }) => code))).toEqual(
      new Set(["nothing-to-decide"]),
    );
    expect((await api.store.events(id)).filter(({ type }) => type === "decided")).toHaveLength(1);
  });

  it("are not for who started it, however many come at once, where another must decide", async () => {
    const configuration = crm(
      "approval: { ask: before-open, approvers: another }",
      'access: { iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }] }',
    );
    api = await underAttack({ configuration });
    const { id } = (await (await api.post(START, upgrade, { headers: { "idempotency-key": "k" } })).json()) as {
      id: string;
    };
    await api.store.append(id, [started, waiting]);
    const sessions = keys.map((session) => iam(`arn:aws:sts::111122223333:assumed-role/operator/${session}`));
    for (const answer of await Promise.all(
      sessions.map((env) => api.post(`/v1/operations/${id}/decisions`, { decision: "proceed" }, { env })),
    ))
      expect(await problemOf(answer)).toMatchObject({ code: "another-must-decide" });
    expect((await api.store.events(id)).filter(({ type }) => type === "decided")).toEqual([]);
  });
});
