import { gzipSync } from "node:zlib";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { unpacked } from "./dynamo-document.ts";
import { type Item, keys, onCondition, read, type Table } from "./dynamo-table.ts";
import { listed } from "./listed.ts";
import { statusSchema } from "./operation.ts";
import { FOLD, type OperationState } from "./state.ts";

/** Whoever has not seen an operation reads so many of its events at most. */
const EVERY_EVENTS = 64;
/** A state that is larger packed has no checkpoint: an item has 400 KB at most, and the log says all of it. */
const LARGEST_BYTES = 380_000;

/**
 * States that were written down on the way, so that nobody who looks at an operation has to read a log from its begin, however long it is. They
 * say nothing that the log does not: where one is missing, the log is read. What is over is also put into its target's list.
 */
export function createCheckpoints(table: Table): {
  last(id: string): Promise<OperationState | undefined>;
  /** Where it is time to, by the events since the version `before`. Where it fails the next does it, or nobody: that costs reads, and no more. */
  write(state: OperationState, options: { before: number }): Promise<void>;
} {
  async function writeState(state: OperationState): Promise<void> {
    const packed = gzipSync(JSON.stringify(state));
    if (packed.byteLength > LARGEST_BYTES) return;
    await onCondition(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keys.checkpoint(state.id, FOLD), seq: state.version, state: packed },
          ConditionExpression: "attribute_not_exists(pk) OR seq < :seq",
          ExpressionAttributeValues: { ":seq": state.version },
        }),
      ),
    );
  }

  const writeListed = (state: OperationState) =>
    onCondition(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.ofTarget(state.target, state.id),
          UpdateExpression: "SET listed = :listed, seq = :seq",
          ConditionExpression: "attribute_exists(pk) AND (attribute_not_exists(seq) OR seq < :seq)",
          ExpressionAttributeValues: { ":listed": JSON.stringify(listed(state)), ":seq": state.version },
        }),
      ),
    );

  return {
    async last(id) {
      const item = await read(table, keys.checkpoint(id, FOLD));
      return item && stateIn(item, id);
    },

    async write(state, { before }) {
      if (state.version === before) return;
      const isOver = state.finishedAt !== undefined;
      const isDue = Math.floor(state.version / EVERY_EVENTS) > Math.floor(before / EVERY_EVENTS);
      await Promise.allSettled([
        isOver || isDue ? writeState(state) : undefined,
        isOver ? writeListed(state) : undefined,
      ]);
    },
  };
}

const stateSchema = z.looseObject({ id: z.string(), target: z.string(), version: z.number(), status: statusSchema });

/** Undefined where it is none: the log says all of it. */
function stateIn(item: Item, id: string): OperationState | undefined {
  try {
    const state: unknown = JSON.parse(unpacked(item.state as Uint8Array));
    const { data } = stateSchema.safeParse(state);
    return data?.id === id && data.version === item.seq ? (state as OperationState) : undefined;
  } catch {
    return undefined;
  }
}
