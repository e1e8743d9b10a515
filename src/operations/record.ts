import type { z } from "zod";
import { documentIn } from "./dynamo-document.ts";
import type { Item, Key } from "./dynamo-table.ts";
import { OperationError } from "./operation-error.ts";

/**
 * Of what an operation's records are made: its configuration, and what its runs keep for one another, which have no names that would change
 * with their meaning as events and undo entries have. It stands in the operation's `meta` record; a record without it is of the first format.
 * Raise it whenever an older version would misread what this one writes, and read the older formats on.
 */
export const RECORD_FORMAT = 1;

/**
 * A record of the table is not what this version writes, nor what an older one wrote. Nothing was changed, and nothing should be done that
 * depends on it. Says where it is and what is wrong with it, and nothing of what it holds, which may be secret.
 */
export class UnreadableRecordError extends OperationError {
  readonly record: Key;
  constructor({ pk, sk }: Key, { expected, found }: { expected: string; found: string }) {
    super(`the record ${pk} / ${sk} cannot be read: expected ${expected}, found ${found}`, {
      code: "unreadable-record",
      hint: "Nothing was changed. If a newer version of Intermission wrote the record, deploy that version again. Otherwise put the record back as it was, from the table's point-in-time recovery: docs/break-glass.md says how to end the operation without it",
      details: { record: `${pk} / ${sk}` },
    });
    this.record = { pk, sk };
  }
}

/** The JSON document in one attribute of a record, as it was written, once the schema has found in it all that it asks for. */
export function readDocument<Schema extends z.ZodType>(
  item: Item,
  attribute: string,
  schema: Schema,
): z.output<Schema> {
  let value: unknown;
  try {
    value = documentIn(item, attribute);
  } catch (error) {
    const { name } = error as Error;
    throw new UnreadableRecordError(item, { expected: `a JSON document in ${attribute}`, found: `none (${name})` });
  }
  refuseUnless(schema, value, { item, attribute });
  return value as z.output<Schema>;
}

/** One attribute of a record. */
export function readAttribute<Schema extends z.ZodType>(
  item: Item,
  attribute: string,
  schema: Schema,
): z.output<Schema> {
  refuseUnless(schema, item[attribute], { item, attribute });
  return item[attribute] as z.output<Schema>;
}

function refuseUnless(schema: z.ZodType, value: unknown, { item, attribute }: { item: Item; attribute: string }): void {
  const { error } = schema.safeParse(value);
  if (error)
    throw new UnreadableRecordError(item, { expected: `${attribute} as this version writes it`, found: wrong(error) });
}

const MOST_PLACES = 5;

/** Zod's own messages say what was expected and what kind of value was there; those of the schemas may repeat the value, so they are left out. */
const wrong = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, MOST_PLACES)
    .map(({ path, message }) => {
      const what = /^(Invalid|Unrecognized|Too) /.test(message) ? message : "another value";
      return `${path.map(String).join(".") || "it"}: ${what}`;
    })
    .join("; ");
