import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { document } from "../../src/operations/dynamo-document.ts";
import { type Item, keys } from "../../src/operations/dynamo-table.ts";
import type { OperationEvent } from "../../src/operations/event.ts";
import { listed } from "../../src/operations/listed.ts";
import { RECORD_FORMAT } from "../../src/operations/record.ts";
import { fold } from "../../src/operations/state.ts";
import { operation } from "../operations/sample.ts";

/** The nth operation of the past: one a minute. */
export function pastId(nth: number): string {
  const at = new Date(Date.parse("2025-01-01T00:00:00Z") + nth * 60_000).toISOString();
  const [date, time] = at.slice(0, 19).split("T") as [string, string];
  return `op-${date.replaceAll("-", "")}-${time.replaceAll(":", "")}-${(nth % 0xffffff).toString(16).padStart(6, "0")}`;
}

const STATUSES = ["succeeded", "succeeded", "succeeded", "rolled-back", "refused"] as const;

/** The whole records of an operation that is over, whose log has so many events: what a run leaves in the table for ever. */
function* recordsOf(nth: number, { target, events: count }: { target: string; events: number }): Generator<Item> {
  const id = pastId(nth);
  const at = new Date(Date.parse("2025-01-01T00:00:00Z") + nth * 60_000).toISOString();
  const { request, requestedBy, configuration } = operation({ target });
  const events: OperationEvent[] = [{ type: "requested", key: "requested", seq: 1, at, target, request, requestedBy }];
  for (let seq = 2; seq < count; seq += 1)
    events.push({
      type: "progress",
      key: `migrate/says/${seq}`,
      seq,
      at,
      phase: "migrate",
      message: `migrating collection ${seq} of many, which takes as long as it takes`,
    });
  events.push({ type: "finished", key: "finished", seq: count, at, status: STATUSES[nth % STATUSES.length]! });
  yield { ...keys.meta(id), target, epoch: 1, format: RECORD_FORMAT, ...document("configuration", configuration) };
  for (const event of events)
    yield { ...keys.event(id, event.seq), type: event.type, at, target, ...document("event", event) };
  const state = fold(id, events)!;
  yield { ...keys.ofTarget(target, id), seq: count, listed: JSON.stringify(listed(state)) };
}

/** So many operations of the past, of as many targets in turn. */
export async function fillPast(
  { client, table }: { client: DynamoDBDocumentClient; table: string },
  { from = 0, to, targets, events }: { from?: number; to: number; targets: readonly string[]; events: number },
): Promise<void> {
  let batch: { PutRequest: { Item: Item } }[] = [];
  const put = async () => {
    if (batch.length > 0) await client.send(new BatchWriteCommand({ RequestItems: { [table]: batch } }));
    batch = [];
  };
  for (let nth = from; nth < to; nth += 1)
    for (const Item of recordsOf(nth, { target: targets[nth % targets.length]!, events })) {
      batch.push({ PutRequest: { Item } });
      if (batch.length === 25) await put();
    }
  await put();
}
