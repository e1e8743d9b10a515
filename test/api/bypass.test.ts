import { beforeEach, describe, expect, it } from "vitest";
import { createWorld, problemOf, releaseClaims } from "./world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
let id: string;
beforeEach(async () => {
  world = await createWorld();
  ({ id } = (await (await world.start()).json()) as { id: string });
});
const bypass = (init: RequestInit = {}, env?: object) => world.request(`/v1/operations/${id}/bypass`, init, env);
const secret = "5b1f";

describe("the way past the page", () => {
  it("is told with its secret to whoever may decide, kept nowhere and audited", async () => {
    await world.store.keep(id, "prepared", { bypassSecret: secret, revisions: {} });
    const response = await bypass();
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      operation: id,
      url: "https://crm.example.com",
      header: { name: "x-intermission-bypass", value: secret },
      cidrs: [],
      curl: `curl --header 'x-intermission-bypass: ${secret}' 'https://crm.example.com'`,
    });
    const line = world.log.findLast(({ message }) => message === "audit");
    expect(line).toMatchObject({ outcome: "accepted", path: `/v1/operations/${id}/bypass`, operation: id });
    expect(JSON.stringify(world.log)).not.toContain(secret);
  });

  it("is one line for a terminal", async () => {
    await world.store.keep(id, "prepared", { bypassSecret: secret });
    const text = await (await bypass({ headers: { accept: "text/plain" } })).text();
    expect(text).toBe(`curl --header 'x-intermission-bypass: ${secret}' 'https://crm.example.com'\n`);
  });

  it("is not there before the window is prepared, nor once the operation is over", async () => {
    expect(await problemOf(await bypass())).toMatchObject({ status: 404, code: "no-bypass" });
    await world.store.keep(id, "prepared", { bypassSecret: secret });
    await world.store.append(id, [{ type: "finished", key: "finished", status: "succeeded" }]);
    expect(await problemOf(await bypass())).toMatchObject({ status: 404, code: "no-bypass" });
  });

  it("is not told to whoever may only read, plan or restore", async () => {
    await world.store.keep(id, "prepared", { bypassSecret: secret });
    for (const repository_id of ["2", "3", "6"]) {
      const { headers, env } = await world.asGithub({ ...releaseClaims, repository_id });
      const response = await bypass({ headers }, env);
      expect(await problemOf(response)).toMatchObject({ status: 403, code: "not-allowed" });
    }
  });
});
