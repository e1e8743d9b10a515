import { beforeEach, describe, expect, it } from "vitest";
import type { OperationFact } from "../../src/operations/event.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { createWorld, upgrade } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
const read = async (path: string): Promise<string> => {
  const response = await world.request(path, { headers: { accept: "text/plain" } });
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  return response.text();
};
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An upgrade that is held after its migration failed. */
async function heldOperation(): Promise<string> {
  world = await createWorld();
  const { id } = (await (await world.start()).json()) as { id: string };
  const append = (...facts: OperationFact[]) => world.store.append(id, facts);
  await append({ type: "started", key: "1" }, { type: "phase-started", key: "2", phase: "close" });
  await append({ type: "closing-started", key: "3" });
  await later(4_200);
  await append({ type: "closed", key: "4" }, { type: "phase-finished", key: "5", phase: "close", outcome: "done" });
  await append({ type: "snapshot-available", key: "5/2", snapshot: "snap-1", createdAt: "2026-01-15T02:00:01.000Z" });
  await append({ type: "phase-started", key: "6", phase: "migrate" });
  await append({ type: "point-of-no-return-passed", key: "7", snapshot: "snap-1" });
  await append({
    type: "mutation",
    key: "7/2",
    mutation: {
      ...{ phase: "migrate", service: "ecs", operation: "RunTask", resource: "app" },
      ...{ parameters: {}, summary: "start", inverse: "stop" },
    },
  });
  await later(185_000);
  await append(
    { type: "phase-finished", key: "8", phase: "migrate", outcome: "failed" },
    { type: "held", key: "9", problem: { code: "migration-failed", message: "exit code 1", hint: "read the log" } },
  );
  return id;
}

describe("who asks for plain text", () => {
  it("reads an operation at a glance", () =>
    inVirtualTime(async () => {
      const id = await heldOperation();
      const text = await read(`/v1/operations/${id}`);
      expect(text.replace(/key=\S+/, "key=…")).toBe(`operation  ${id}
what       upgrade to registry.example.com/crm:2.0.0, on crm
who        operator/run-77, 2026-01-15T02:00:00.001Z
status     held, site closed
window     since 02:00:00
snapshot   snap-1
no return  since 02:00:04
problem    migration-failed: exit code 1
           read the log
live       http://localhost/live/${id}?key=…

 close    done    02:00:00  4.2 s
 migrate  failed  02:00:04  3 min 05 s

DECIDE
  proceed   looks at the leader again: where it is verified now, starts the other nodes and opens the site, and
            otherwise holds again
            intermission "$INTERMISSION_OPERATOR_URL/v1/operations/${id}/decisions" --json '{"decision":"proceed"}'
  rollback  restores the snapshot snap-1, starts on it what ran before and opens the site
            intermission "$INTERMISSION_OPERATOR_URL/v1/operations/${id}/decisions" --json '{"decision":"rollback"}'
`);
    }));

  it("reads events line by line", () =>
    inVirtualTime(async () => {
      const id = await heldOperation();
      expect((await read(`/v1/operations/${id}/events?after=10`)).split("\n")).toEqual([
        expect.stringMatching(/^ {2}11 {2}02:03:09 {2}migrate failed$/),
        expect.stringMatching(/^ {2}12 {2}02:03:09 {2}held: exit code 1$/),
        "",
      ]);
    }));

  it("reads a receipt to paste into the change record", () =>
    inVirtualTime(async () => {
      const id = await heldOperation();
      const receipt = await read(`/v1/operations/${id}/receipt`);
      expect(receipt).toContain(`receipt of    upgrade to registry.example.com/crm:2.0.0, on crm (${id})`);
      expect(receipt).toContain("problem       migration-failed: exit code 1");
    }));

  it("reads a plan to paste into a change ticket", async () => {
    const text = await (
      await world.post("/v1/targets/crm/plan", upgrade, { headers: { accept: "text/plain" } })
    ).text();
    await expect(text).toMatchFileSnapshot("golden/plan.txt");
    expect(text.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });

  it("reads the targets and one of them", async () => {
    const { id } = (await (await world.start()).json()) as { id: string };
    expect(await read("/v1/targets")).toBe(`crm   nocobase  https://crm.example.com   held by ${id}
wiki  nocobase  https://wiki.example.com  frozen: year-end closing
`);
    expect(await read("/v1/targets/crm")).toContain('"runningCount": 3');
    expect(await read("/v1/operations")).toBe(
      `${id}  pending  crm  upgrade to registry.example.com/crm:2.0.0  operator/run-77\n`,
    );
    expect(await read("/v1/operations?status=held")).toBe("No operations.\n");
  });

  it("gets JSON without asking for anything, as curl does", async () => {
    for (const accept of ["*/*", "application/json", "text/html", "application/json, text/plain;q=0.5"]) {
      const response = await world.request("/v1/targets", { headers: { accept } });
      expect(response.headers.get("content-type"), accept).toMatch(/^application\/json/);
    }
  });
});
