import { z } from "zod";
import type { Item } from "./dynamo-table.ts";
import { RECORD_FORMAT, readAttribute, readDocument, UnreadableRecordError } from "./record.ts";

/** The epoch of an operation whose records this version knows how to read. Throws an UnreadableRecordError where they are of a later format. */
export function epochIn(meta: Item): number {
  const format = readAttribute(meta, "format", z.number().int().positive().optional()) ?? 1;
  if (format > RECORD_FORMAT)
    throw new UnreadableRecordError(meta, {
      expected: `records of format ${RECORD_FORMAT} or older`,
      found: `format ${format}, which a newer version writes`,
    });
  return readAttribute(meta, "epoch", z.number().int().positive());
}

export const configurationIn = (meta: Item): unknown => readDocument(meta, "configuration", z.unknown());

export const callbackIn = (meta: Item): string | undefined => readAttribute(meta, "callbackId", z.string().optional());
