import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Dependencies } from "../../src/api/dependencies.ts";
import { systemClock } from "../../src/clock.ts";
import { createCheckpoints } from "../../src/operations/dynamo-checkpoint.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { keys } from "../../src/operations/dynamo-table.ts";
import type { OperationEvent, OperationFact } from "../../src/operations/event.ts";
import { listed } from "../../src/operations/listed.ts";
import { fold } from "../../src/operations/state.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { createWorld } from "../api/world.ts";
import { id, operation } from "../operations/sample.ts";
import { createTable } from "../operations/table.ts";
import { meter } from "./meter.ts";

export const OPERATION = id("aaaaaa");
export const progress = (nth: number): OperationFact => ({
  type: "progress",
  key: `migrate/says/${nth}`,
  phase: "migrate",
  message: `migrating collection ${nth} of many, which takes as long as it takes`,
});

/** A table with an operation on the crm, and processes that look at it, each of them new or one that has looked before. */
export async function createStage() {
  const world = await createTable();
  const storeOf = (client: DynamoDBDocumentClient): OperationStore =>
    createDynamoStore({ client, table: world.table, clock: systemClock });
  const runbook = storeOf(world.connect());
  await runbook.create(operation());

  async function putAll(items: object[]): Promise<void> {
    for (let from = 0; from < items.length; from += 25) {
      const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
      await world.client.send(new BatchWriteCommand({ RequestItems: { [world.table]: puts } }));
    }
  }

  return {
    runbook,
    storeOf,
    connect: world.connect,
    table: world.table,
    /** A process of the API that has seen nothing yet, with what its calls cost. */
    async newProcess(over: Partial<Dependencies> = {}) {
      const client = world.connect();
      const { since } = meter(client);
      const api = await createWorld({ store: storeOf(client), ...over });
      return { ...api, since };
    },
    /** So many events in all, with the last checkpoint that a runbook would have left. */
    async logOf(events: number): Promise<void> {
      const at = systemClock.now();
      const facts = Array.from({ length: events - 1 }, (_, nth) => {
        const event = { ...progress(nth + 2), seq: nth + 2, at: new Date(at).toISOString() } as OperationEvent;
        return { ...keys.event(OPERATION, event.seq), type: event.type, at: event.at, event: JSON.stringify(event) };
      });
      await putAll(facts);
      const all = await storeOf(world.client).events(OPERATION);
      const state = fold(OPERATION, all.slice(0, events - (events % 64)));
      if (state) await createCheckpoints({ client: world.client, name: world.table }).write(state, { before: 0 });
    },
    /** So many operations of the past, as their ends left them in the target's list. */
    async past(count: number): Promise<void> {
      const { requestedAt, ...state } = (await runbook.get(OPERATION))!;
      const items = Array.from({ length: count }, (_, nth) => {
        const each = `op-20250101-000000-${nth.toString(16).padStart(6, "0")}`;
        const over = { ...state, id: each, requestedAt, status: "succeeded" as const, finishedAt: requestedAt };
        return { ...keys.ofTarget("crm", each), seq: 100, listed: JSON.stringify(listed(over)) };
      });
      await putAll(items);
    },
  };
}
export type Stage = Awaited<ReturnType<typeof createStage>>;
