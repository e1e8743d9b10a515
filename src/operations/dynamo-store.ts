import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Clock, timestamp } from "../clock.ts";
import { createJournal } from "./dynamo-journal.ts";
import { createTargetLock, type Requested } from "./dynamo-lock.ts";
import { createEventLog, UnknownOperationError } from "./dynamo-log.ts";
import { createNotes } from "./dynamo-notes.ts";
import { rememberRequest } from "./dynamo-requests.ts";
import { createSigningKey } from "./dynamo-signing-key.ts";
import { keys, onCondition, putNew, read, readRange, type Table } from "./dynamo-table.ts";
import { fold, type OperationState } from "./state.ts";
import type { Control, CreateOutcome, NewOperation, OperationStore } from "./store.ts";

/**
 * The operations in one DynamoDB table (its layout is in dynamo-table.ts), without transactions: every write is conditional, and their
 * order makes each moment between two of them safe to crash in. An operation is created by remembering the request, taking the lock
 * with the request inside it, and writing the operation down, of which the first event is the last and makes it exist. Whoever comes
 * upon the lock of an operation that was not written down yet, the same request again or another, finishes that first.
 */
export function createDynamoStore(options: {
  client: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): OperationStore {
  const table: Table = { client: options.client, name: options.table };
  const { clock } = options;
  const log = createEventLog({ table, clock });
  const lock = createTargetLock(table);

  const get = async (id: string): Promise<OperationState | undefined> => fold(id, await log.read(id));

  async function existing(id: string): Promise<OperationState> {
    const state = await get(id);
    if (!state) throw new UnknownOperationError(id);
    return state;
  }

  /** Whether this call, and no other, made the operation exist. */
  async function writeDown(requested: Requested): Promise<boolean> {
    const { id, target, request, requestedBy, requestedAt } = requested;
    await putNew(table, {
      ...keys.meta(id),
      target,
      epoch: 1,
      configuration: JSON.stringify(requested.configuration),
    });
    await putNew(table, { ...keys.ofTarget(target, id) });
    return log.begin(id, { type: "requested", key: "requested", target, request, requestedBy }, requestedAt);
  }

  async function create(operation: NewOperation): Promise<CreateOutcome> {
    const remembered = await rememberRequest(operation, { table, clock });
    if (!remembered.same) return { outcome: "conflicting-key", operationId: remembered.id };
    const { id } = remembered;
    const before = await get(id);
    if (before) return { outcome: "repeated", operation: before };

    const { target, request, requestedBy, configuration } = operation;
    const lockedBy = await lock.take({
      id,
      target,
      request,
      requestedBy,
      configuration,
      requestedAt: timestamp(clock),
    });
    if ("overAlready" in lockedBy) return { outcome: "repeated", operation: await existing(id) };
    if ("heldBy" in lockedBy) {
      await writeDown(lockedBy.heldBy);
      return { outcome: "locked", holder: lockedBy.heldBy.id };
    }
    const outcome = (await writeDown(lockedBy.taken)) ? "created" : "repeated";
    return { outcome, operation: await existing(id) };
  }

  return {
    create,
    get,

    async list(target, { limit, before } = {}) {
      const items = await readRange(table, {
        pk: keys.ofTarget(target, "").pk,
        from: keys.ofTarget(target, "").sk,
        to: keys.ofTarget(target, before ?? "~").sk,
        newestFirst: true,
        // A range includes its ends, so `before` itself may come along.
        limit: limit === undefined ? undefined : limit + 1,
      });
      const ids = items.map((item) => item.sk.slice("operation#".length)).filter((id) => id !== before);
      const states = await Promise.all(ids.slice(0, limit).map(get));
      return states.filter((state) => state !== undefined);
    },

    async append(id, facts) {
      const state = fold(id, await log.append(id, facts));
      if (!state) throw new UnknownOperationError(id);
      return state;
    },

    events: async (id, after = 0) => (await log.read(id)).filter((event) => event.seq > after),

    ...createJournal(table),

    async lockHolder(target) {
      const holder = await lock.holder(target);
      if (holder) await writeDown(holder);
      return holder?.id;
    },
    unlock: (target, id) => lock.release(target, id),

    async control(id): Promise<Control> {
      const [meta, state] = await Promise.all([read(table, keys.meta(id)), get(id)]);
      if (!meta || !state) throw new UnknownOperationError(id);
      return {
        epoch: meta.epoch as number,
        configuration: JSON.parse(meta.configuration as string),
        ...(meta.callbackId !== undefined && { callbackId: meta.callbackId as string }),
        ...(state.decision && { decision: state.decision }),
      };
    },

    async raiseEpoch(id, from) {
      await onCondition(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.meta(id),
            UpdateExpression: "SET epoch = :next",
            ConditionExpression: "epoch = :from",
            ExpressionAttributeValues: { ":from": from, ":next": from + 1 },
          }),
        ),
      );
      const meta = await read(table, keys.meta(id));
      if (!meta) throw new UnknownOperationError(id);
      return meta.epoch as number;
    },

    async keep(id, name, value) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...keys.kept(id, name), value: JSON.stringify(value) } }),
      );
    },

    async kept(id) {
      const items = await readRange(table, { pk: keys.kept(id, "").pk, from: "kept#", to: "kept$" });
      return Object.fromEntries(items.map((item) => [item.sk.slice("kept#".length), JSON.parse(item.value as string)]));
    },

    signingKey: createSigningKey({ table, clock }),
    ...createNotes({ table, clock }),

    async setCallback(id, callbackId) {
      const known = await onCondition(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.meta(id),
            ConditionExpression: "attribute_exists(pk)",
            ...(callbackId === undefined
              ? { UpdateExpression: "REMOVE callbackId" }
              : { UpdateExpression: "SET callbackId = :id", ExpressionAttributeValues: { ":id": callbackId } }),
          }),
        ),
      );
      if (!known) throw new UnknownOperationError(id);
    },
  };
}
