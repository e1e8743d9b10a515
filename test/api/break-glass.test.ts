import { beforeEach, describe, expect, it } from "vitest";
import { createWorld, problemOf, releaseClaims } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
beforeEach(async () => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
});
const script = (init: RequestInit = {}, env?: object) => world.request(`/v1/operations/${id}/break-glass`, init, env);

describe("the script that ends an operation by hand", () => {
  it("is made of the journal and names the table, whatever is accepted, and has no secret", async () => {
    await world.store.keep(id, "prepared", { bypassSecret: "5b1f5b1f", revisions: {} });
    await world.store.journal(id, {
      name: "drain/crm",
      at: "2026-01-15T02:00:00.000Z",
      mutation: {
        phase: "stop",
        service: "elbv2",
        operation: "ModifyTargetGroupAttributes",
        resource: "crm",
        parameters: {},
        summary: "lowers it",
        inverse: "300 s again",
      },
      undo: { kind: "restore-deregistration-delay", targetGroupArn: "arn:crm", seconds: 300 },
    });
    const response = await script({ headers: { accept: "application/json" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toContain("aws dynamodb update-item --table-name intermission ");
    expect(text).toContain("--target-group-arn arn:crm");
    expect(text).not.toContain("5b1f5b1f");
  });

  it("is not there once the operation is over", async () => {
    await world.store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
    expect(await problemOf(await script())).toMatchObject({ status: 409, code: "operation-over" });
  });

  it("is told to whoever may restore, and to nobody else", async () => {
    const statuses = [];
    for (const repository_id of ["2", "3", "6"]) {
      const { headers, env } = await world.asGithub({ ...releaseClaims, repository_id });
      statuses.push((await script({ headers }, env)).status);
    }
    expect(statuses).toEqual([403, 403, 200]);
  });
});
