import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { OPERATOR, underAttack } from "./attacker.ts";

let api: Awaited<ReturnType<typeof underAttack>>;
let id: string;
let other: string;
/** Path and key of a good link. */
let link: { path: string; key: string };

beforeAll(async () => {
  api = await underAttack();
  const { body } = await api.send({ signer: OPERATOR });
  const operation = JSON.parse(body) as { id: string; live: string };
  id = operation.id;
  const [path = "", key = ""] = operation.live.split("?key=");
  link = { path, key };
  await api.store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
  await api.store.unlock("crm", id);
  other = (
    JSON.parse((await api.send({ signer: OPERATOR, headers: { "idempotency-key": "2" } })).body) as { id: string }
  ).id;
});
afterEach(() => void vi.useRealTimers());

const open = (key: string, path = `${link.path}/state`) => api.refused({ method: "GET", path, query: `key=${key}` });

describe("a link to a live page", () => {
  it("shows its page, so that what follows is refused for what is wrong with it", async () => {
    const shown = await api.send({ method: "GET", path: `${link.path}/state`, query: `key=${link.key}` });
    expect(shown.status).toBe(200);
  });

  it.each<[string, (key: string) => string]>([
    ["lives longer by its own word", (key) => key.replace(/^\d+/, (ends) => String(Number(ends) + 86_400))],
    ["has another signature", (key) => key.replace(/.$/, (last) => (last === "A" ? "E" : "A"))],
    ["has a shorter signature", (key) => key.slice(0, -1)],
    ["has a longer signature", (key) => `${key}A`],
    ["has no signature", (key) => key.split(".")[0]!],
    ["has the signature twice", (key) => `${key}.${key.split(".")[1]}`],
    ["is spelt in another Base64", (key) => `${key}=`],
    ["ends in the year 9999", () => `9999999999.${"A".repeat(43)}`],
    ["is empty", () => ""],
  ])("that %s shows nothing", async (_what, change) => {
    expect(await open(change(link.key))).toMatchObject({ status: 403, code: "invalid-live-link" });
  });

  it("is good for its own operation alone", async () => {
    expect(await open(link.key, `/live/${other}/state`)).toMatchObject({ code: "invalid-live-link" });
    expect(await open(link.key, "/live/op-20260115-020000-ffffff/state")).toMatchObject({ code: "invalid-live-link" });
  });

  it("ends after a day", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 25 * 3_600_000);
    expect(await open(link.key)).toMatchObject({ code: "invalid-live-link" });
  });

  it("is no way to decide, nor to anything else", async () => {
    const query = `key=${link.key}`;
    const authorization = `Bearer ${link.key}`;
    const decision = { path: `/v1/operations/${id}/decisions`, body: '{"decision":"proceed"}' };
    expect((await api.refused({ ...decision, query })).status).toBe(401);
    expect((await api.refused({ ...decision, headers: { authorization } })).status).toBe(401);
    expect((await api.refused({ method: "POST", path: link.path, query })).status).toBe(405);
    expect((await api.refused({ method: "GET", path: `/v1/operations/${id}`, query })).status).toBe(401);
  });

  it("is the same refusal, whatever is wrong with it, as a page for people too", async () => {
    const page = async (path: string, key: string) => {
      const { status, body } = await api.send({ method: "GET", path, query: `key=${key}` });
      return { status, body };
    };
    const wrong = await page(link.path, `${link.key}A`);
    expect(wrong.status).toBe(403);
    expect(await page("/live/op-20260115-020000-ffffff", link.key)).toEqual(wrong);
    expect(await page("/live/nothing", "x")).toEqual(wrong);
  });

  it("is in no line of the log", () => {
    expect(JSON.stringify(api.log)).not.toContain(link.key.split(".")[1]);
  });
});
