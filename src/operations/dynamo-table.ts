import {
  ConditionalCheckFailedException,
  type CreateTableCommandInput,
  type UpdateTimeToLiveCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

/*
 * One table, keyed by `pk` and `sk`:
 *
 *   operation#ID   meta             configuration, epoch, callback, how many journal entries, the format of its records (record.ts)
 *   operation#ID   event#000001     the log; an operation exists if and only if it has a first event. The table's stream tells of each
 *   operation#ID   journal#NAME     a mutation that may have been made, and how it is undone
 *   operation#ID   checkpoint#FOLD  the state as it was at an event, packed, so that nobody reads a long log from its begin
 *   operation#ID   kept#NAME        what another run needs to go on; may be secret
 *   target#NAME    lock             who holds the target, and who held it last
 *   target#NAME    operation#ID     the target's operations, oldest first; of one that is over also what a list says of it
 *   target#NAME    note             what was last seen of the target, for all who watch it
 *   target#NAME    turn             from when on the next may look
 *   request#HASH   request          what a caller's idempotency key stands for; expires
 *   windows        line             whose windows are under way, and who waits for one to end
 *   signing-key    live             what links to live pages are signed with; to delete it revokes every link
 *
 * What is said by a JSON document is stored by dynamo-document.ts.
 */
export type Key = { pk: string; sk: string };
export type Item = Key & Record<string, unknown>;

export const keys = {
  meta: (id: string): Key => ({ pk: `operation#${id}`, sk: "meta" }),
  event: (id: string, seq: number): Key => ({ pk: `operation#${id}`, sk: `event#${String(seq).padStart(6, "0")}` }),
  journal: (id: string, name: string): Key => ({ pk: `operation#${id}`, sk: `journal#${name}` }),
  /** `fold` names the rules by which the state was made: those that make it otherwise do not find it. */
  checkpoint: (id: string, fold: number): Key => ({ pk: `operation#${id}`, sk: `checkpoint#${fold}` }),
  kept: (id: string, name: string): Key => ({ pk: `operation#${id}`, sk: `kept#${name}` }),
  lock: (target: string): Key => ({ pk: `target#${target}`, sk: "lock" }),
  ofTarget: (target: string, id: string): Key => ({ pk: `target#${target}`, sk: `operation#${id}` }),
  note: (target: string): Key => ({ pk: `target#${target}`, sk: "note" }),
  turn: (target: string): Key => ({ pk: `target#${target}`, sk: "turn" }),
  request: (hash: string): Key => ({ pk: `request#${hash}`, sk: "request" }),
  windows: { pk: "windows", sk: "line" } satisfies Key,
  signingKey: { pk: "signing-key", sk: "live" } satisfies Key,
};

/** The attribute of the table's time to live, in seconds since the epoch. Only remembered requests carry it. */
export const timeToLiveAttribute = "expiresAt";

/** What CreateTable needs for the store's table. */
export const tableDefinition = (table: string): CreateTableCommandInput => ({
  TableName: table,
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
});
export const timeToLiveDefinition = (table: string): UpdateTimeToLiveCommandInput => ({
  TableName: table,
  TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
});

export type Table = { client: DynamoDBDocumentClient; name: string };

/** Every read is strongly consistent: what one writer has seen, no later reader may miss. */
export async function read({ client, name }: Table, key: Key): Promise<Item | undefined> {
  const { Item: item } = await client.send(new GetCommand({ TableName: name, Key: key, ConsistentRead: true }));
  return item as Item | undefined;
}

/** Puts the item where none is, and says whether it did. */
export async function putNew({ client, name }: Table, item: Item): Promise<boolean> {
  return onCondition(
    client.send(new PutCommand({ TableName: name, Item: item, ConditionExpression: "attribute_not_exists(pk)" })),
  );
}

/** Whether a conditional write was made: false where its condition did not hold. */
export async function onCondition(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * The items of a partition between two sort keys, both included. A page holds 1 MB at most, so it asks until there is no more; with `onePage`,
 * once.
 */
export async function readRange(
  { client, name }: Table,
  range: { pk: string; from: string; to: string; newestFirst?: boolean; limit?: number; onePage?: true },
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: name,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": range.pk, ":from": range.from, ":to": range.to },
        ScanIndexForward: !range.newestFirst,
        ExclusiveStartKey: start,
        Limit: range.limit === undefined ? undefined : range.limit - items.length,
      }),
    );
    // An operation whose log seems empty would be none.
    if (!Array.isArray(page.Items)) throw new Error(`expected DynamoDB to answer the items of ${range.pk}, found none`);
    items.push(...(page.Items as Item[]));
    start = page.LastEvaluatedKey;
  } while (start && !range.onePage && (range.limit === undefined || items.length < range.limit));
  return items;
}
