import type * as sdk from "@aws-sdk/client-eventbridge";
import type { Handlers } from "../../wire/server.ts";
import { createUuid } from "../lambda/uuid.ts";
import type { World } from "../world.ts";
import type { Buses } from "./buses.ts";
import { invalid } from "./rule.ts";

const ENTRIES = 10;
/** Of all entries of a request together. */
const BYTES = 256 * 1024;
const DETAIL_TYPE_LENGTH = 128;

/** An event on its way to a bus' rules. */
export type PutEvent = { bus: string; id: string; time: Date; entry: sdk.PutEventsRequestEntry; detail: object };

/** Takes the callers' events. Of a bus that is not there nobody is told: the call succeeds, and the event is gone. */
export const putEventsHandlers = (world: World, buses: Buses, deliver: (event: PutEvent) => void) =>
  ({
    PutEvents({ Entries = [] }) {
      if (Entries.length < 1 || Entries.length > ENTRIES)
        throw invalid(
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${ENTRIES}`,
        );
      if (Entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > BYTES)
        throw invalid("Total size of the entries in the request is over the limit.");
      const results = Entries.map((entry): sdk.PutEventsResultEntry => {
        const wrong = problemOf(entry);
        if (wrong) return wrong;
        const id = createUuid(world.ids);
        const bus = buses.find(entry.EventBusName);
        const time = entry.Time ?? new Date(world.clock.now());
        if (bus) deliver({ bus: bus.name, id, time, entry, detail: JSON.parse(entry.Detail!) as object });
        return { EventId: id };
      });
      return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length };
    },
  }) satisfies Handlers<typeof sdk>;

/** As EventBridge counts an entry. */
const bytesOf = ({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: sdk.PutEventsRequestEntry) =>
  (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

function problemOf({ Source, DetailType, Detail }: sdk.PutEventsRequestEntry): sdk.PutEventsResultEntry | undefined {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => !value)?.[0];
  if (missing)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  if (Source?.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  if (DetailType!.length > DETAIL_TYPE_LENGTH)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter DetailType is not valid. Reason: DetailType is longer than ${DETAIL_TYPE_LENGTH}.`,
    };
  return isJsonObject(Detail!) ? undefined : { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
