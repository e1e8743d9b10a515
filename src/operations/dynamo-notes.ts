import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import { document, documentIn } from "./dynamo-document.ts";
import { type Item, keys, onCondition, read, type Table } from "./dynamo-table.ts";
import type { OperationStore } from "./store.ts";

/** What several processes look up together, so that together they ask no more often than one of them would. */
export function createNotes({
  table,
  clock,
}: {
  table: Table;
  clock: Clock;
}): Pick<OperationStore, "note" | "noted" | "takeTurn"> {
  return {
    async note(target, value) {
      const item = { ...keys.note(target), ...document("value", value) };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },

    async noted(target) {
      const item = await read(table, keys.note(target));
      return item && parsed(item);
    },

    takeTurn: (target, everyMs) =>
      onCondition(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.turn(target),
            UpdateExpression: "SET nextAt = :next",
            ConditionExpression: "attribute_not_exists(nextAt) OR nextAt <= :now",
            ExpressionAttributeValues: { ":now": clock.now(), ":next": clock.now() + everyMs },
          }),
        ),
      ),
  };
}

/** Undefined where it is no JSON: what was last seen is seen again, so a note is worth nothing more than another look. */
function parsed(item: Item): unknown {
  try {
    return documentIn(item, "value");
  } catch {
    return undefined;
  }
}
