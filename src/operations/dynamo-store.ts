import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { type Clock, timestamp } from "../clock.ts";
import { createConfigurations } from "./dynamo-configuration.ts";
import { document } from "./dynamo-document.ts";
import { createJournal } from "./dynamo-journal.ts";
import { createTargetLock, type Holder, type Requested } from "./dynamo-lock.ts";
import { createEventLog, UnknownOperationError } from "./dynamo-log.ts";
import { callbackIn, configurationIn, epochIn } from "./dynamo-meta.ts";
import { createNotes } from "./dynamo-notes.ts";
import { rememberRequest } from "./dynamo-requests.ts";
import { createSigningKey } from "./dynamo-signing-key.ts";
import { type Item, keys, onCondition, putNew, read, readRange, type Table } from "./dynamo-table.ts";
import { createWindowLine } from "./dynamo-windows.ts";
import { type Listed, type ListedOperation, listed, listedSchema } from "./listed.ts";
import { RECORD_FORMAT, readDocument, UnreadableRecordError } from "./record.ts";
import type { OperationState } from "./state.ts";
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

  const configurations = createConfigurations(table);
  const get = (id: string): Promise<OperationState | undefined> => log.state(id);

  async function existing(id: string): Promise<OperationState> {
    const state = await get(id);
    if (!state) throw new UnknownOperationError(id);
    return state;
  }

  /** Whether this call, and no other, made the operation exist. Most who come upon one find it written down, and should cost no writes. */
  async function writeDown(requested: Requested): Promise<boolean> {
    const { id, target, request, requestedBy, requestedAt } = requested;
    await putNew(table, {
      ...keys.meta(id),
      target,
      epoch: 1,
      format: RECORD_FORMAT,
      ...document("configuration", requested.configuration),
    });
    await putNew(table, { ...keys.ofTarget(target, id) });
    return log.begin(id, { type: "requested", key: "requested", target, request, requestedBy }, requestedAt);
  }

  /**
   * Finishes what another began, where it is not finished. The first event is written last, so where that is all is. Whoever holds a target holds
   * it, whether or not what it requested can be read.
   */
  async function complete({ id, requested }: Holder): Promise<void> {
    try {
      if (!(await get(id))) await writeDown(requested());
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
    }
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
      await complete(lockedBy.heldBy);
      return { outcome: "locked", holder: lockedBy.heldBy.id };
    }
    const outcome = (await writeDown(lockedBy.taken)) ? "created" : "repeated";
    return { outcome, operation: await existing(id) };
  }

  /** One that is over says it itself; one that goes on is looked at, and so is one whose end nobody put here. */
  async function listedIn(item: Item, id: string): Promise<Listed | undefined> {
    try {
      const operation = writtenIn(item) ?? (await get(id).then((state) => state && listed(state)));
      return operation && { id, operation };
    } catch (error) {
      if (error instanceof UnreadableRecordError) return { id, unreadable: error };
      throw error;
    }
  }

  const store: OperationStore = {
    create,
    get,

    async list(target, options) {
      return (await store.listEach(target, options)).map((each) => {
        if ("unreadable" in each) throw each.unreadable;
        return each.operation;
      });
    },

    async listEach(target, { limit = 100, before } = {}) {
      const items = await readRange(table, {
        pk: keys.ofTarget(target, "").pk,
        from: keys.ofTarget(target, "").sk,
        to: keys.ofTarget(target, before ?? "~").sk,
        newestFirst: true,
        // A range includes its ends, so `before` itself may come along.
        limit: limit + 1,
      });
      const found = items
        .map((item) => ({ item, id: item.sk.slice("operation#".length) }))
        .filter(({ id }) => id !== before);
      const all = await Promise.all(found.slice(0, limit).map(({ item, id }) => listedIn(item, id)));
      return all.filter((operation) => operation !== undefined);
    },

    append: (id, facts) => log.append(id, facts),
    events: (id) => log.all(id),
    eventsBetween: (id, page) => log.page(id, page),
    configuration: configurations.of,

    ...createJournal(table),

    async lockHolder(target) {
      const holder = await lock.holder(target);
      if (holder) await complete(holder);
      return holder?.id;
    },
    unlock: (target, id) => lock.release(target, id),

    async control(id): Promise<Control> {
      const [meta, state] = await Promise.all([read(table, keys.meta(id)), get(id)]);
      if (!meta || !state) throw new UnknownOperationError(id);
      const callbackId = callbackIn(meta);
      return {
        epoch: epochIn(meta),
        configuration: configurationIn(meta),
        ...(callbackId !== undefined && { callbackId }),
        ...(state.decision && { decision: state.decision }),
      };
    },

    async raiseEpoch(id, from) {
      // What is not understood is not taken over either.
      const found = await read(table, keys.meta(id));
      if (found) epochIn(found);
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
      return epochIn(meta);
    },

    async keep(id, name, value) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...keys.kept(id, name), ...document("value", value) } }),
      );
    },

    async kept(id) {
      const [meta, items] = await Promise.all([
        read(table, keys.meta(id)),
        readRange(table, { pk: keys.kept(id, "").pk, from: "kept#", to: "kept$" }),
      ]);
      if (meta) epochIn(meta);
      return Object.fromEntries(
        items.map((item) => [item.sk.slice("kept#".length), readDocument(item, "value", z.unknown())]),
      );
    },

    signingKey: createSigningKey({ table, clock }),
    ...createNotes({ table, clock }),
    ...createWindowLine(table),

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
  return store;
}

/** Undefined where nobody put it there, or what is there cannot be read: the log says it too. */
function writtenIn(item: Item): ListedOperation | undefined {
  try {
    return item.listed === undefined ? undefined : listedSchema.parse(JSON.parse(item.listed as string));
  } catch {
    return undefined;
  }
}
