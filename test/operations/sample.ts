import type { NewOperation } from "../../src/operations/store.ts";

export const id = (digits: string) => `op-20260115-020000-${digits}`;
export const [A, B, C] = [id("aaaaaa"), id("bbbbbb"), id("cccccc")];
export const alice = { kind: "github" as const, id: "github:repository:1", name: "alice", details: {} };
export const bob = {
  kind: "iam" as const,
  id: "arn:aws:sts::111122223333:assumed-role/operator",
  name: "bob",
  details: {},
};
/** An upgrade of the crm, requested by alice, unless told otherwise. */
export const operation = (over: Partial<NewOperation> = {}): NewOperation => ({
  id: A,
  target: "crm",
  request: { procedure: "upgrade", image: "crm:2", snapshot: "required" },
  requestedBy: alice,
  configuration: { cluster: "crm", database: "none" },
  idempotencyKey: "run-1",
  ...over,
});
