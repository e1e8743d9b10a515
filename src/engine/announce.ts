import { z } from "zod";
import type { BusEvent, EventBus } from "../aws/event-bus.ts";
import { documentIn } from "../operations/dynamo-document.ts";
import { operationEventSchema } from "../operations/event.ts";
import { procedureSchema } from "../operations/operation.ts";
import { announcementOf, type Told } from "./announcement.ts";
import type { BatchAnswer } from "./execution-ended.ts";

export const SOURCE = "intermission";
export const detailTypeOf = (type: string): string => `intermission.operation.${type}`;

/** What the handler reaches the world through. */
export type AnnounceWorld = {
  bus: EventBus;
  /** Takes one structured line of the log. */
  log(line: Record<string, unknown>): void;
};

const attribute = z.object({ S: z.string() }).transform(({ S }) => S);
const packed = z.object({ B: z.string() }).transform(({ B }) => Buffer.from(B, "base64"));
const image = z
  .object({
    pk: attribute,
    target: attribute,
    procedure: attribute.pipe(procedureSchema),
    event: attribute.optional(),
    eventPacked: packed.optional(),
  })
  .transform(({ event, eventPacked, ...told }) => ({ ...told, event: read({ event, eventPacked }) }))
  .pipe(z.object({ pk: z.string(), target: z.string(), procedure: procedureSchema, event: operationEventSchema }));
const records = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ pk: attribute, sk: attribute }),
        NewImage: z.unknown(),
      }),
    }),
  ),
});
type StreamRecord = z.output<typeof records>["Records"][number];

/**
 * Puts on the bus what the table's stream tells of operations' events. The events of one operation go there one after the other, each only
 * when the bus has taken the one before; those of several go side by side. From the first one that it does not take on, Lambda brings the batch again,
 * so subscribers may get an event twice. What cannot be read is left out with a line in the log: it would be as unreadable the next time.
 */
export const announce =
  ({ bus, log }: AnnounceWorld) =>
  async (event: unknown): Promise<BatchAnswer> => {
    const events = records.parse(event).Records.filter(isNewEvent);
    const ofOperations = Map.groupBy(events, ({ dynamodb }) => dynamodb.Keys.pk);
    const failed = await Promise.all([...ofOperations.values()].map(putInOrder));
    return { batchItemFailures: failed.flat() };

    async function putInOrder(all: StreamRecord[]): Promise<BatchAnswer["batchItemFailures"]> {
      for (const { dynamodb } of all) {
        const told = readImage(dynamodb.NewImage);
        if ("unreadable" in told) {
          log({ level: "error", message: "event not readable", keys: dynamodb.Keys, cause: told.unreadable });
          continue;
        }
        try {
          await bus.put(busEventOf(told));
        } catch (error) {
          const { operation, event: stored } = told;
          log({ level: "error", message: "event not taken", operation, seq: stored.seq, cause: String(error) });
          return [{ itemIdentifier: dynamodb.SequenceNumber }];
        }
      }
      return [];
    }
  };

const isNewEvent = ({ eventName, dynamodb }: StreamRecord): boolean =>
  eventName === "INSERT" && dynamodb.Keys.pk.startsWith("operation#") && dynamodb.Keys.sk.startsWith("event#");

function readImage(value: unknown): Told | { unreadable: string } {
  const { data, error } = image.safeParse(value);
  if (!data) return { unreadable: z.prettifyError(error) };
  const { pk, ...told } = data;
  return { operation: pk.slice("operation#".length), ...told };
}

function busEventOf(told: Told): BusEvent {
  const detail = announcementOf(told);
  return {
    source: SOURCE,
    detailType: detailTypeOf(detail.type),
    time: new Date(detail.at),
    resources: [detail.operation],
    detail: JSON.stringify(detail),
  };
}

function read(attributes: Record<string, unknown>): unknown {
  try {
    return documentIn(attributes, "event");
  } catch {
    return undefined;
  }
}
