import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { document } from "./dynamo-document.ts";
import { type Item, keys, onCondition, read, type Table } from "./dynamo-table.ts";
import { identitySchema, operationRequestSchema } from "./operation.ts";
import { readAttribute, readDocument, UnreadableRecordError } from "./record.ts";
import type { NewOperation } from "./store.ts";

/** What the lock remembers of those who held it: far more operations than can begin while one request is in flight. */
const REMEMBERED_HOLDERS = 50;

const requestedSchema = z.object({
  id: z.string(),
  target: z.string(),
  request: operationRequestSchema,
  requestedBy: identitySchema,
  requestedAt: z.iso.datetime(),
  configuration: z.unknown(),
});

/** An operation as it was requested, with all that is needed to write it down. */
export type Requested = Omit<NewOperation, "idempotencyKey"> & { requestedAt: string };

/**
 * One lock a target. It holds the whole request, so whoever finds the lock can finish writing an operation that its caller began and
 * left. It is never stolen, and no operation takes it twice: a request that was delayed until its operation was over must not lock the
 * target for an operation that will never release it.
 */
export type TargetLock = {
  take(requested: Requested): Promise<{ taken: Requested } | { heldBy: Holder } | { overAlready: true }>;
  holder(target: string): Promise<Holder | undefined>;
  release(target: string, id: string): Promise<void>;
};

/** Who holds a target is known even where what it requested cannot be read; `requested` throws the UnreadableRecordError then. */
export type Holder = { id: string; requested(): Requested };

export function createTargetLock(table: Table): TargetLock {
  async function stored(target: string): Promise<{ holder?: Holder; released: string[] }> {
    const item = await read(table, keys.lock(target));
    if (!item) return { released: [] };
    const released = item.released === undefined ? [] : readAttribute(item, "released", z.array(z.string()));
    return { holder: holderIn(item), released };
  }

  return {
    async take(requested) {
      const stands = document("requested", requested);
      const [[attribute, request] = []] = Object.entries(stands);
      for (;;) {
        const taken = await onCondition(
          table.client.send(
            new UpdateCommand({
              TableName: table.name,
              Key: keys.lock(requested.target),
              UpdateExpression: `SET holder = :id, ${attribute} = :requested`,
              ConditionExpression:
                "attribute_not_exists(holder) AND attribute_not_exists(requested) AND attribute_not_exists(requestedPacked) AND (attribute_not_exists(released) OR NOT contains(released, :id))",
              ExpressionAttributeValues: { ":id": requested.id, ":requested": request },
            }),
          ),
        );
        if (taken) return { taken: requested };
        const { holder, released } = await stored(requested.target);
        if (holder) return holder.id === requested.id ? { taken: holder.requested() } : { heldBy: holder };
        if (released.includes(requested.id)) return { overAlready: true };
        // It was released between the write and the read.
      }
    },

    holder: async (target) => (await stored(target)).holder,

    async release(target, id) {
      const { holder, released } = await stored(target);
      if (holder?.id !== id) return;
      // Only the holder changes a held lock, so nobody can have written between the read and this.
      await onCondition(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.lock(target),
            UpdateExpression: "SET released = :released REMOVE holder, requested, requestedPacked",
            ConditionExpression: "holder = :id",
            ExpressionAttributeValues: {
              ":id": id,
              ":released": [id, ...released.filter((each) => each !== id)].slice(0, REMEMBERED_HOLDERS),
            },
          }),
        ),
      );
    },
  };
}

/** Either of the two that a lock is made of holds the target: it is never taken because the other is gone. */
function holderIn(item: Item): Holder | undefined {
  if ([item.holder, item.requested, item.requestedPacked].every((part) => part === undefined)) return undefined;
  const id = readAttribute(item, "holder", z.string().min(1));
  return {
    id,
    requested() {
      const requested = readDocument(item, "requested", requestedSchema);
      if (requested.id !== id)
        throw new UnreadableRecordError(item, { expected: "what its holder requested", found: "what another one did" });
      return requested as Requested;
    },
  };
}
