import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { auditEventSchema } from "../../src/api/audit-event.ts";
import { crm } from "../targets/crm.ts";
import { OPERATOR, underAttack } from "./attacks/attacker.ts";
import { ask, fieldsOf } from "./insights.ts";
import { token } from "./world.ts";

const page = readFileSync(new URL("../../docs/audit.md", import.meta.url), "utf8");
const queries = [...page.matchAll(/^(?<title>.+):\n\n```\n(?<query>[\s\S]*?)```$/gm)].map(
  ({ groups }) => [groups!.title!, groups!.query!.trim()] as const,
);
const configuration = crm(
  "approval: { ask: before-open, approvers: another }",
  `access:
      github: [{ repository_id: "1", allow: [plan, read] }]
      iam:
        - { role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }
        - { role: "arn:aws:iam::111122223333:role/lead", allow: [decide] }`,
);
const SECRETS = ["s3cret-bypass", "my-own-key"];
const lead = "arn:aws:sts::111122223333:assumed-role/lead/bob";

let api: Awaited<ReturnType<typeof underAttack>>;
let id: string;
let genuine: string;
/** A night's lines: an upgrade that is started, approved, refused here and there, and asked about. */
let lines: Record<string, unknown>[];

beforeAll(async () => {
  api = await underAttack({ configuration });
  genuine = await token();
  const authorization = `Bearer ${genuine}`;
  const body = JSON.stringify({ procedure: "upgrade", image: "registry.example.com/crm:2.0.0", comment: "CHG-7" });
  const started = await api.send({ signer: OPERATOR, headers: { "idempotency-key": "my-own-key" }, body });
  ({ id } = JSON.parse(started.body) as { id: string });
  await api.store.append(id, [
    { type: "started", key: "started" },
    { type: "waiting", key: "waiting", for: "before-open" },
  ]);
  await api.store.keep(id, "prepared", { bypassSecret: "s3cret-bypass" });
  const decisions = `/v1/operations/${id}/decisions`;
  const proceed = '{"decision":"proceed","comment":"seen"}';
  await api.send({ signer: OPERATOR, method: "GET", path: `/v1/operations/${id}/bypass` });
  await api.send({ signer: OPERATOR, path: decisions, body: proceed });
  await api.send({ signer: lead, path: decisions, body: proceed });
  await api.send({ signer: OPERATOR, path: `/v1/operations/${id}/restore`, body: "{}" });
  await api.send({ headers: { authorization } });
  await api.send({ headers: { authorization }, path: "/v1/targets/crm/plan" });
  await api.send({ headers: { "user-agent": `\u001b[31m${"x".repeat(5_000)}` } });
  await api.send({ method: "DELETE", signer: OPERATOR });
  await api.send({ signer: OPERATOR, method: "GET", path: "/v1/targets" });
  lines = api.log.filter(({ message }) => message === "audit");
});

describe("the audit", () => {
  it("has lines of one form", () => {
    expect(lines).toHaveLength(9);
    for (const line of lines) expect(auditEventSchema.parse(line)).toEqual(line);
  });

  it("says what was asked, also where it was refused", () => {
    expect(lines.map(({ outcome, asked, problem }) => ({ outcome, asked, problem }))).toMatchObject([
      {
        outcome: "accepted",
        asked: {
          ...{ what: "start", procedure: "upgrade", image: "registry.example.com/crm:2.0.0", comment: "CHG-7" },
          idempotencyKey: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      },
      { outcome: "accepted", asked: { what: "bypass" } },
      { outcome: "refused", asked: { what: "decide", decision: "proceed" }, problem: "another-must-decide" },
      { outcome: "accepted", asked: { what: "decide", decision: "proceed", comment: "seen" } },
      { outcome: "accepted", asked: { what: "restore" } },
      { outcome: "refused", asked: { what: "start", procedure: "upgrade" }, problem: "not-allowed" },
      { outcome: "accepted", asked: { what: "plan", procedure: "upgrade" } },
      { outcome: "refused", problem: "unauthenticated" },
      { outcome: "refused", problem: "method-not-allowed" },
    ]);
  });

  it("says who asked by the claims and the signer that were proven", () => {
    expect(lines[5]?.identity).toMatchObject({ kind: "github", details: { actor: "octocat", run_id: "77" } });
    expect(lines[3]?.identity).toMatchObject({ kind: "iam", details: { userArn: lead, session: "bob" } });
    expect(lines[7]).not.toHaveProperty("identity");
  });

  it("holds no secret, whatever was sent or answered", () => {
    const all = JSON.stringify(api.log);
    for (const secret of [...SECRETS, genuine, genuine.split(".")[2]!]) expect(all).not.toContain(secret);
  });

  it("is a line, and a short one, whatever a client calls itself", () => {
    const written = lines.map((line) => JSON.stringify(line));
    for (const line of written) {
      expect(line.length).toBeLessThan(4_000);
      expect(line.split("").filter((character) => character < " ")).toEqual([]);
    }
  });
});

describe("the questions of docs/audit.md", () => {
  it("are these", () => {
    expect(queries.map(([title]) => title)).toHaveLength(7);
  });

  it.each(queries)("%s: the API's lines answer it", (title, query) => {
    expect(page.split("## Fields")[1]).toBeDefined();
    for (const field of fieldsOf(query).filter((name) => !name.startsWith("identity.details.") && name !== "last"))
      expect(page, field).toContain(`| \`${field}\` |`);
    const rows = ask(query, lines);
    expect(rows.length, title).toBeGreaterThan(0);
    expect(rows.length, title).toBeLessThan(lines.length);
  });

  const rowsOf = (begin: string) => ask(queries.find(([title]) => title.startsWith(begin))![1], lines);

  it("tell who upgraded what, who decided, and who may not approve themselves", () => {
    expect(rowsOf("Who upgraded")).toMatchObject([{ "identity.name": "operator/run-77", operation: id }]);
    expect(rowsOf("Who decided").map((row) => [row["identity.name"], row["asked.what"]])).toEqual([
      ["lead/bob", "decide"],
      ["operator/run-77", "restore"],
    ]);
    expect(rowsOf("Whoever tried")).toMatchObject([{ "identity.name": "operator/run-77" }]);
  });
});
