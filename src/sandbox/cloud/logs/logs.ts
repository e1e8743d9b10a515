import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Handlers } from "../../wire/server.ts";
import type { LogSink } from "../seams.ts";
import type { World } from "../world.ts";
import { readFilterPattern } from "./filter-pattern.ts";
import { groupHandlers } from "./groups.ts";
import { page, streamPage } from "./pages.ts";
import { createLogStore, invalid, type LogEvent, type LogStore } from "./store.ts";

export type Logs = {
  handlers: Handlers<typeof sdk>;
  /** Where the awslogs driver writes. */
  sink: LogSink;
  /** Groups and their streams, for people. */
  state(): unknown;
};

const LARGEST_PAGE = 10_000;

/** CloudWatch Logs, written by containers with the awslogs driver. */
export function createLogs(world: World): Logs {
  const store = createLogStore(world);
  return {
    handlers: { ...groupHandlers(world, store), ...readingHandlers(store) },
    sink: store,
    state: () => ({
      groups: [...store.groups.values()].map(({ name, streams }) => ({ name, streams: [...streams.keys()] })),
    }),
  };
}

type Span = { startTime?: number; endTime?: number };
const within =
  ({ startTime = 0, endTime = Infinity }: Span) =>
  ({ timestamp }: LogEvent): boolean =>
    timestamp >= startTime && timestamp < endTime;

const readingHandlers = (store: LogStore) =>
  ({
    GetLogEvents(input) {
      const { logGroupName, logGroupIdentifier, logStreamName, limit = LARGEST_PAGE, nextToken } = input;
      const stream = store.stream(store.group(logGroupName ?? logGroupIdentifier), logStreamName);
      if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
        throw invalid(`Invalid limit ${limit}: it must be between 1 and ${LARGEST_PAGE}`);
      const { items, forward, backward } = streamPage(store.visible(stream).filter(within(input)), {
        limit,
        token: nextToken,
        fromHead: input.startFromHead ?? false,
      });
      return {
        events: items.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: forward,
        nextBackwardToken: backward,
      };
    },

    FilterLogEvents(input) {
      const { logStreamNames, logStreamNamePrefix } = input;
      const group = store.group(input.logGroupName ?? input.logGroupIdentifier);
      if (logStreamNames?.length && logStreamNamePrefix !== undefined)
        throw invalid("Cannot specify both logStreamNames and logStreamNamePrefix.");
      const streams = logStreamNames?.length
        ? logStreamNames.map((name) => store.stream(group, name))
        : [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ""));
      const matches = readFilterPattern(input.filterPattern);
      const found = streams
        .flatMap(store.visible)
        .filter(within(input))
        .filter(({ message }) => matches(message))
        .sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
      const { items, nextToken } = page(found, input, { standard: LARGEST_PAGE, largest: LARGEST_PAGE });
      return {
        events: items.map(({ id, stream, timestamp, message, ingestionTime }) => ({
          eventId: id,
          logStreamName: stream,
          timestamp,
          message,
          ingestionTime,
        })),
        searchedLogStreams: [],
        nextToken,
      };
    },
  }) satisfies Handlers<typeof sdk>;
