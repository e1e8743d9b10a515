import { isDeepStrictEqual } from "node:util";
import type { StreamRecord, StreamSource } from "../seams.ts";
import { arn, type World } from "../world.ts";

/** An item in DynamoDB's JSON. */
export type Item = Record<string, unknown>;
export type Streams = StreamSource & {
  /** Turns a table's stream on. Answers its ARN. */
  open(table: string, viewType: string): string;
  /** The stream of a table, where it has one. */
  of(table: string): { arn: string; viewType: string } | undefined;
  /** A write that took effect. One that changed nothing makes no record. */
  wrote(table: string, write: { keys: Item; before?: Item; after?: Item }): void;
};

type Stream = { arn: string; viewType: string; records: StreamRecord[]; readers: Set<(record: StreamRecord) => void> };

/** DynamoDB's streams: one shard each, and nothing in them ever expires. */
export function createStreams(world: World): Streams {
  const streams = new Map<string, Stream>();
  let written = 0;

  return {
    open(table, viewType) {
      const label = new Date(world.clock.now()).toISOString().replace("Z", "");
      const opened = { arn: arn(world, "dynamodb", `table/${table}/stream/${label}`), viewType };
      streams.set(table, { ...opened, records: [], readers: new Set() });
      return opened.arn;
    },
    of: (table) => streams.get(table),

    wrote(table, { keys, before, after }) {
      const stream = streams.get(table);
      if (!stream || isDeepStrictEqual(before, after)) return;
      written += 1;
      const { viewType } = stream;
      const record: StreamRecord = {
        eventID: world.ids.hex(32),
        eventName: after ? (before ? "MODIFY" : "INSERT") : "REMOVE",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: world.region,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(world.clock.now() / 1_000),
          Keys: keys,
          ...(after && viewType.startsWith("NEW") && { NewImage: after }),
          ...(before && viewType.includes("OLD") && { OldImage: before }),
          SequenceNumber: `1${String(written).padStart(20, "0")}`,
          SizeBytes: Buffer.byteLength(JSON.stringify([keys, after])),
          StreamViewType: viewType,
        },
        eventSourceARN: stream.arn,
      };
      stream.records.push(record);
      for (const read of stream.readers) read(record);
    },

    follow(streamArn, { fromStart, read }) {
      const stream = [...streams.values()].find((each) => each.arn === streamArn);
      if (!stream) return undefined;
      if (fromStart) for (const record of stream.records) read(record);
      stream.readers.add(read);
      return () => stream.readers.delete(read);
    },
  };
}
