import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { createTable } from "./table.ts";

let world: Awaited<ReturnType<typeof createTable>>;
let aheadMs = 0;
const clock = { ...systemClock, now: () => Date.now() + aheadMs };
beforeEach(async () => {
  world = await createTable();
  aheadMs = 0;
});
const connect = () => createDynamoStore({ client: world.client, table: world.table, clock });
/** As docs/live-page.md says it. */
const revoke = () =>
  world.client.send(new DeleteCommand({ TableName: world.table, Key: { pk: "signing-key", sk: "live" } }));
const hex = (key: Uint8Array) => Buffer.from(key).toString("hex");

describe("the key that links are signed with", () => {
  it("is made by whoever asks first, and the same for all, also where many ask at once", async () => {
    const keys = await Promise.all(Array.from({ length: 12 }, () => connect().signingKey()));
    expect(new Set(keys.map(hex)).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect(hex(await connect().signingKey())).toBe(hex(keys[0]!));
  });

  it("is another in every table", async () => {
    const first = await connect().signingKey();
    world = await createTable();
    expect(hex(await connect().signingKey())).not.toBe(hex(first));
  });

  it("is another after it was deleted, everywhere within five minutes", async () => {
    const store = connect();
    const before = await store.signingKey();
    await revoke();
    const after = await connect().signingKey();
    expect(hex(after)).not.toBe(hex(before));
    aheadMs = 299_000;
    expect(hex(await store.signingKey())).toBe(hex(before));
    aheadMs = 301_000;
    expect(hex(await store.signingKey())).toBe(hex(after));
  });

  it("is read again where reading it failed", async () => {
    let fails = true;
    const client = world.connect(async () => {
      if (fails) throw new Error("throttled");
      return undefined;
    });
    const store = createDynamoStore({ client, table: world.table, clock });
    await expect(store.signingKey()).rejects.toThrow("throttled");
    fails = false;
    expect(await store.signingKey()).toHaveLength(32);
  });
});
