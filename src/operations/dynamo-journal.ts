import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { document } from "./dynamo-document.ts";
import { UnknownOperationError } from "./dynamo-log.ts";
import { type Item, keys, onCondition, putNew, read, readRange, type Table } from "./dynamo-table.ts";
import { type JournalEntry, journalEntrySchema } from "./journal.ts";
import { readAttribute, readDocument, UnreadableRecordError } from "./record.ts";
import type { OperationStore } from "./store.ts";

/** The journal of each operation. Entries come back in the order they were first written, so that they can be undone from the last. */
export function createJournal(table: Table): Pick<OperationStore, "journal" | "journalEntries" | "markUndone"> {
  /** A number above every number taken before. A number whose entry was never written leaves a gap, which does no harm. */
  async function nextPlace(id: string): Promise<number> {
    const { Attributes: meta } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.meta(id),
        UpdateExpression: "ADD journalled :one",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":one": 1 },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    // The order in which mutations are taken back hangs on it.
    if (!Number.isInteger(meta?.journalled))
      throw new Error(`expected DynamoDB to answer how many entries the journal of ${id} has, found none`);
    return meta!.journalled as number;
  }

  return {
    async journal(id, entry) {
      // What no later run could read must not be done either.
      journalEntrySchema.parse(entry);
      const key = keys.journal(id, entry.name);
      const stored = await read(table, key);
      if (stored) return entryOf(stored);
      if (!(await read(table, keys.meta(id)))) throw new UnknownOperationError(id);
      const written = await putNew(table, { ...key, place: await nextPlace(id), ...document("entry", entry) });
      if (written) return entry;
      const first = await read(table, key);
      if (!first) throw new Error(`the journal entry ${entry.name} of ${id} is there and cannot be read`);
      return entryOf(first);
    },

    async journalEntries(id) {
      const items = await readRange(table, { pk: keys.meta(id).pk, from: "journal#", to: "journal$" });
      return items.toSorted((a, b) => placeOf(a) - placeOf(b)).map(entryOf);
    },

    async markUndone(id, name, at) {
      const known = await onCondition(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.journal(id, name),
            UpdateExpression: "SET undone = if_not_exists(undone, :at)",
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeValues: { ":at": at },
          }),
        ),
      );
      if (!known) throw new Error(`operation ${id} has no journal entry ${name}`);
    },
  };
}

const placeOf = (item: Item): number => readAttribute(item, "place", z.number());

function entryOf(item: Item): JournalEntry {
  const entry = readDocument(item, "entry", journalEntrySchema);
  placeOf(item);
  if (entry.name !== item.sk.slice("journal#".length))
    throw new UnreadableRecordError(item, { expected: "the entry that its key names", found: "another one" });
  return item.undone === undefined ? entry : { ...entry, undone: readAttribute(item, "undone", z.string()) };
}
