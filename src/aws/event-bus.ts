import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

/** An event for a bus. `detail` is JSON; source, type, resources and detail together have at most 256 KB. */
export type BusEvent = { source: string; detailType: string; time: Date; resources: string[]; detail: string };
export type EventBus = { put(event: BusEvent): Promise<void> };

/** A bus of EventBridge. `put` rejects where the bus has not taken the event: PutEvents answers 200 all the same. */
export const createEventBus = (client: EventBridgeClient, bus: string): EventBus => ({
  async put({ source, detailType, time, resources, detail }) {
    const entry = {
      EventBusName: bus,
      Source: source,
      DetailType: detailType,
      Time: time,
      Resources: resources,
      Detail: detail,
    };
    const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount === 0) return;
    const { ErrorCode, ErrorMessage } = Entries[0] ?? {};
    throw Object.assign(new Error(ErrorMessage ?? `the bus ${bus} did not take the event`), {
      name: ErrorCode ?? "FailedEntry",
    });
  },
});
