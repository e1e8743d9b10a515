import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { document, documentIn } from "./dynamo-document.ts";
import { keys, onCondition, read, type Table } from "./dynamo-table.ts";
import type { NewOperation } from "./store.ts";

/** What the lock remembers of those who held it: far more operations than can begin while one request is in flight. */
const REMEMBERED_HOLDERS = 50;

/** An operation as it was requested, with all that is needed to write it down. */
export type Requested = Omit<NewOperation, "idempotencyKey"> & { requestedAt: string };

/**
 * One lock a target. It holds the whole request, so whoever finds the lock can finish writing an operation that its caller began and
 * left. It is never stolen, and no operation takes it twice: a request that was delayed until its operation was over must not lock the
 * target for an operation that will never release it.
 */
export type TargetLock = {
  take(requested: Requested): Promise<{ taken: Requested } | { heldBy: Requested } | { overAlready: true }>;
  holder(target: string): Promise<Requested | undefined>;
  release(target: string, id: string): Promise<void>;
};

export function createTargetLock(table: Table): TargetLock {
  const stored = async (target: string) => {
    const item = await read(table, keys.lock(target));
    return {
      holder: item?.holder === undefined ? undefined : (documentIn(item, "requested") as Requested),
      released: (item?.released ?? []) as string[],
    };
  };

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
                "attribute_not_exists(holder) AND (attribute_not_exists(released) OR NOT contains(released, :id))",
              ExpressionAttributeValues: { ":id": requested.id, ":requested": request },
            }),
          ),
        );
        if (taken) return { taken: requested };
        const { holder, released } = await stored(requested.target);
        if (holder) return holder.id === requested.id ? { taken: holder } : { heldBy: holder };
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
