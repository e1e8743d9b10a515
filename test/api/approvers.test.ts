import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import type { Way } from "../../src/operations/ways-on.ts";
import { crm } from "../targets/crm.ts";
import { createWorld, iam, problemOf, releaseClaims, upgrade } from "./world.ts";

const configured = (approvers: string) =>
  crm(
    "restore: { fence: sg-fence }",
    `approval: { ask: before-open, approvers: ${approvers} }`,
    `access:
      github: [{ repository_id: "1", allow: [upgrade, decide] }]
      iam:
        - { role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }
        - { role: "arn:aws:iam::111122223333:role/lead", allow: [decide, restore] }`,
  );

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
const octocat = { ...releaseClaims, actor_id: "583231", event_name: "workflow_dispatch" };
const bob = { ...octocat, actor: "bob", actor_id: "2" };
const lead = iam("arn:aws:sts::111122223333:assumed-role/lead/bob");

async function setUp(approvers = "another", starter?: object): Promise<void> {
  world = await createWorld({ configuration: configured(approvers) });
  const options = starter ? await world.asGithub(starter) : {};
  ({ id } = (await (await world.start("key", upgrade, options)).json()) as { id: string });
}
beforeEach(() => setUp());

const started: OperationFact = { type: "started", key: "started" };
const waiting: OperationFact = { type: "waiting", key: "waiting", for: "before-open" };
const snapshot: OperationFact = {
  type: "snapshot-available",
  key: "snapshot",
  snapshot: "snap-1",
  createdAt: "2026-01-15T02:00:00.000Z",
};
const touched: OperationFact[] = [
  snapshot,
  { type: "point-of-no-return-passed", key: "point-of-no-return", snapshot: "snap-1" },
  { type: "leader-started", key: "leader", taskArn: "leader" },
];
const opening: OperationFact = { type: "opening-started", key: "opening" };
const held: OperationFact = { type: "held", key: "held", problem: { code: "timed-out", message: "not ready" } };

const decide = (decision: string, options: object = {}, more: object = {}) =>
  world.post(`/v1/operations/${id}/decisions`, { decision, ...more }, options);
const decided = async () => (await world.store.events(id)).filter(({ type }) => type === "decided");
const ways = async () =>
  ((await (await world.request(`/v1/operations/${id}`)).json()) as { decisions: Way[] }).decisions;

describe("a decision that another must make", () => {
  it("is refused to who started the operation, in whatever session, and says who may", async () => {
    await world.store.append(id, [started, ...touched, waiting]);
    const problem = await problemOf(
      await decide("proceed", { env: iam("arn:aws:sts::111122223333:assumed-role/operator/somebody-else") }),
    );
    expect(problem).toMatchObject({
      ...{ status: 403, code: "another-must-decide", operation: id },
      errors: [{ claim: "role", expected: "somebody else than operator/run-77", found: "operator/somebody-else" }],
    });
    expect(problem.detail).toContain('"proceed" must be decided by somebody else than operator/run-77');
    expect(await decided()).toEqual([]);
    expect(world.woken).toEqual([]);
  });

  it("is taken from another who may decide, and the receipt has both", async () => {
    await world.store.append(id, [started, ...touched, waiting]);
    expect((await decide("proceed", { env: lead })).status).toBe(202);
    await world.store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
    const receipt = await (await world.request(`/v1/operations/${id}/receipt`)).json();
    expect(receipt).toMatchObject({
      requestedBy: { name: "operator/run-77" },
      decisions: [{ decision: "proceed", by: { name: "lead/bob" } }],
    });
    const text = await (
      await world.request(`/v1/operations/${id}/receipt`, { headers: { accept: "text/plain" } })
    ).text();
    expect(text).toContain("by operator/run-77");
    expect(text).toContain("lead/bob decided: proceed");
  });

  it("is still refused to another who may not decide at all", async () => {
    await world.store.append(id, [started, waiting]);
    const stranger = await world.asGithub({ ...bob, repository_id: "9" });
    expect(await problemOf(await decide("proceed", stranger))).toMatchObject({ code: "unknown-operation" });
  });

  it("is named as such beside the ways to decide, as data and as text", async () => {
    await world.store.append(id, [started, ...touched, waiting]);
    expect((await ways()).map(({ decision, by }) => [decision, by])).toEqual([
      ["proceed", "somebody else than operator/run-77"],
      ["rollback", undefined],
      ["cancel", undefined],
    ]);
    const text = await (await world.request(`/v1/operations/${id}`, { headers: { accept: "text/plain" } })).text();
    expect(text.replaceAll(/\s+/g, " ")).toContain("only by somebody else than operator/run-77");
  });

  it.each(["rollback", "cancel"])("is never a %s that goes back to the data as it was", async (decision) => {
    await world.store.append(id, [started, ...touched, waiting]);
    expect((await decide(decision)).status).toBe(202);
  });

  it("is to go on with a held operation, and not to open a site again that had begun to open", async () => {
    await world.store.append(id, [started, ...touched, held]);
    expect(await problemOf(await decide("proceed"))).toMatchObject({ code: "another-must-decide" });
    await world.store.append(id, [opening, { ...held, key: "held-2" } as OperationFact]);
    expect((await decide("proceed")).status).toBe(202);
  });

  it("is to throw away what visitors wrote, by a decision or by breaking the glass", async () => {
    const state = await world.store.append(id, [started, ...touched, opening, held]);
    const discards = { from: state.window.openingAt };
    expect(await problemOf(await decide("rollback", {}, { discards }))).toMatchObject({ code: "another-must-decide" });
    const path = `/v1/operations/${id}/restore`;
    expect(await problemOf(await world.post(path, { discards }))).toMatchObject({ code: "another-must-decide" });
    expect(await decided()).toEqual([]);
    expect((await world.post(path, { discards }, { env: lead })).status).toBe(202);
  });
});

describe("who approves", () => {
  it("is said by the target as it was when the operation began, whatever is deployed meanwhile", async () => {
    await world.store.append(id, [started, ...touched, waiting]);
    world = await createWorld({ store: world.store, configuration: configured("anyone") });
    expect(await problemOf(await decide("proceed"))).toMatchObject({ code: "another-must-decide" });
    expect((await decide("proceed", { env: lead })).status).toBe(202);
  });
});

describe("another of GitHub", () => {
  const proceed = async (claims: object) => decide("proceed", await world.asGithub(claims));

  it.each<[string, object, number]>([
    [
      "the same account by another workflow",
      { ...octocat, job_workflow_ref: "acme/crm/.github/workflows/b.yml@x" },
      403,
    ],
    ["another account that repeats its run", { ...bob, run_attempt: "2" }, 403],
    ["a bot", { ...bob, actor: "github-actions[bot]" }, 403],
    ["another account", bob, 202],
  ])("is judged by the account that began the run: %s", async (_who, claims, expected) => {
    await setUp("another", octocat);
    await world.store.append(id, [started, ...touched, waiting]);
    expect((await proceed(claims)).status).toBe(expected);
  });

  it("may be the reviewers of an environment", async () => {
    await setUp('[{ repository_id: "1", environment: production-open }]', octocat);
    await world.store.append(id, [started, ...touched, waiting]);
    expect(await problemOf(await proceed(bob))).toMatchObject({ code: "another-must-decide" });
    expect((await proceed({ ...octocat, environment: "production-open" })).status).toBe(202);
  });
});
