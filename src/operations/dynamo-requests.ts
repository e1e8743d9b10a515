import { createHash } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { keys, onCondition, read, type Table, timeToLiveAttribute } from "./dynamo-table.ts";
import { readAttribute } from "./record.ts";
import type { NewOperation } from "./store.ts";

const KEPT_SECONDS = 30 * 24 * 3_600;

/** What an idempotency key stands for: the operation it was first used for, and whether this request is the same. */
export type RememberedRequest = { id: string; same: boolean };

/** Remembers the request under its key, which belongs to the caller alone; answers what the key stood for before, if anything. */
export async function rememberRequest(
  operation: NewOperation,
  { table, clock }: { table: Table; clock: Clock },
): Promise<RememberedRequest> {
  const key = keys.request(digest([operation.requestedBy.id, operation.idempotencyKey]));
  const request = digest([operation.target, operation.request]);
  const now = Math.floor(clock.now() / 1_000);
  for (;;) {
    const item = { ...key, id: operation.id, request, [timeToLiveAttribute]: now + KEPT_SECONDS };
    const isNew = await onCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: item,
          // DynamoDB deletes expired items within days, not at once.
          ConditionExpression: "attribute_not_exists(pk) OR #expires < :now",
          ExpressionAttributeNames: { "#expires": timeToLiveAttribute },
          ExpressionAttributeValues: { ":now": now },
        }),
      ),
    );
    if (isNew) return { id: operation.id, same: true };
    const before = await read(table, key);
    if (before)
      return {
        id: readAttribute(before, "id", z.string().min(1)),
        same: readAttribute(before, "request", z.string()) === request,
      };
  }
}

/** Equal for equal JSON, whatever the order of its keys. */
function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(ordered(value)))
    .digest("hex");
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, ordered(member)]));
}
