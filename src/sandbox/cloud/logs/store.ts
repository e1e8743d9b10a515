import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { type AwsError, awsError } from "../../wire/service.ts";
import type { LogSink } from "../seams.ts";
import type { World } from "../world.ts";

export type LogEvent = { id: string; timestamp: number; ingestionTime: number; message: string; stream: string };
export type Stream = { name: string; createdAt: number; events: LogEvent[] };
export type Group = { name: string; createdAt: number; retentionInDays?: number; streams: Map<string, Stream> };

/** From a line's writing to the moment at which somebody can read it, in milliseconds. */
const INGESTION_MS = 2_000;

export const invalid = (message: string): AwsError => awsError(sdk.InvalidParameterException$, message);

export type LogStore = LogSink & {
  groups: Map<string, Group>;
  /** By name or ARN. Throws ResourceNotFoundException. */
  group(reference: string | undefined): Group;
  stream(group: Group, name: string | undefined): Stream;
  addGroup(name: string): Group;
  addStream(group: Group, name: string): Stream;
  /** What can be read by now, oldest first. */
  visible(stream: Stream): LogEvent[];
};

export function createLogStore({ clock, ids }: Pick<World, "clock" | "ids">): LogStore {
  const groups = new Map<string, Group>();
  let count = 0;

  const store: LogStore = {
    groups,
    group(reference = "") {
      const name = /:log-group:([^:]+)/.exec(reference)?.[1] ?? reference;
      const group = groups.get(name);
      if (!group) throw awsError(sdk.ResourceNotFoundException$, "The specified log group does not exist.");
      return group;
    },
    stream(group, name = "") {
      const stream = group.streams.get(name);
      if (!stream) throw awsError(sdk.ResourceNotFoundException$, "The specified log stream does not exist.");
      return stream;
    },
    addGroup(name) {
      const group: Group = { name, createdAt: clock.now(), streams: new Map() };
      groups.set(name, group);
      return group;
    },
    addStream(group, name) {
      const stream: Stream = { name, createdAt: clock.now(), events: [] };
      group.streams.set(name, stream);
      return stream;
    },
    visible: ({ events }) => events.filter(({ ingestionTime }) => ingestionTime <= clock.now()),

    open({ group: name, stream: streamName, createGroup }) {
      const group = groups.get(name) ?? (createGroup ? store.addGroup(name) : undefined);
      if (!group) return undefined;
      const stream = group.streams.get(streamName) ?? store.addStream(group, streamName);
      return (message) => {
        count += 1;
        stream.events.push({
          id: `${String(count).padStart(24, "0")}${ids.hex(32)}`,
          timestamp: clock.now(),
          ingestionTime: clock.now() + INGESTION_MS,
          message,
          stream: streamName,
        });
      };
    },
  };
  return store;
}
