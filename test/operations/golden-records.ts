import { readFileSync } from "node:fs";
import { BatchWriteCommand, type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Item } from "../../src/operations/dynamo-table.ts";

/**
 * The records of two operations as format 1 writes them, one of each kind: an upgrade that was held and taken back, and a maintenance that is held
 * and has a bit of everything else. All later versions must read them, so they never change; what a version adds is added at the end.
 */
export const goldenRecords = (): Item[] =>
  readFileSync(new URL("golden/format-1.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line, bytes) as Item);

/** What is packed is kept in base64. */
const bytes = (_name: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "base64" in value
    ? new Uint8Array(Buffer.from(String(value.base64), "base64"))
    : value;

export const UPGRADE = "op-20260115-020012-000001";
export const MAINTENANCE = "op-20260116-020000-00000b";

export async function putRecords(client: DynamoDBDocumentClient, table: string, items: Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
}

/** Everything in the table, comparable. */
export async function recordsIn(client: DynamoDBDocumentClient, table: string): Promise<string[]> {
  const items: Item[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: from }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    from = page.LastEvaluatedKey;
  } while (from);
  const inOrder = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return items
    .map((item) => JSON.stringify(Object.entries(item).toSorted(([a], [b]) => inOrder(a, b))))
    .toSorted(inOrder);
}
