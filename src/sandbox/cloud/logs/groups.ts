import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Handlers } from "../../wire/server.ts";
import { awsError } from "../../wire/service.ts";
import { arn, type World } from "../world.ts";
import { page } from "./pages.ts";
import { type Group, invalid, type LogStore, type Stream } from "./store.ts";

const NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const PAGE = { standard: 50, largest: 50 };

export const groupHandlers = (world: World, store: LogStore) => {
  const arnOf = ({ name }: Group) => arn(world, "logs", `log-group:${name}`);
  const lengthOf = ({ events }: Stream) => events.reduce((bytes, { message }) => bytes + message.length + 26, 0);

  return {
    CreateLogGroup({ logGroupName = "" }) {
      if (!NAME.test(logGroupName))
        throw invalid(
          `1 validation error detected: Value '${logGroupName}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        );
      if (store.groups.has(logGroupName))
        throw awsError(sdk.ResourceAlreadyExistsException$, "The specified log group already exists");
      store.addGroup(logGroupName);
      return {};
    },

    CreateLogStream({ logGroupName, logStreamName = "" }) {
      const group = store.group(logGroupName);
      if (!/^[^:*]{1,512}$/.test(logStreamName)) throw invalid(`Invalid log stream name '${logStreamName}'.`);
      if (group.streams.has(logStreamName))
        throw awsError(sdk.ResourceAlreadyExistsException$, "The specified log stream already exists");
      store.addStream(group, logStreamName);
      return {};
    },

    DeleteLogGroup({ logGroupName }) {
      store.groups.delete(store.group(logGroupName).name);
      return {};
    },

    PutRetentionPolicy({ logGroupName, retentionInDays }) {
      store.group(logGroupName).retentionInDays = retentionInDays;
      return {};
    },

    DescribeLogGroups({ logGroupNamePrefix = "", logGroupNamePattern, ...paging }) {
      if (logGroupNamePrefix && logGroupNamePattern !== undefined)
        throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
      const pattern = (logGroupNamePattern ?? "").toLowerCase();
      const found = [...store.groups.values()]
        .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(pattern))
        .sort(byName);
      const { items, nextToken } = page(found, paging, PAGE);
      return {
        logGroups: items.map((group) => ({
          logGroupName: group.name,
          creationTime: group.createdAt,
          retentionInDays: group.retentionInDays,
          metricFilterCount: 0,
          arn: `${arnOf(group)}:*`,
          logGroupArn: arnOf(group),
          logGroupClass: "STANDARD" as const,
          storedBytes: [...group.streams.values()].reduce((bytes, stream) => bytes + lengthOf(stream), 0),
        })),
        nextToken,
      };
    },

    DescribeLogStreams(input) {
      const { logStreamNamePrefix = "", orderBy = "LogStreamName", descending = false } = input;
      const group = store.group(input.logGroupName ?? input.logGroupIdentifier);
      if (orderBy === "LastEventTime" && logStreamNamePrefix)
        throw invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
      const lastOf = (stream: Stream) => store.visible(stream).at(-1)?.timestamp ?? 0;
      const found = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(logStreamNamePrefix))
        .sort(orderBy === "LastEventTime" ? (a, b) => lastOf(a) - lastOf(b) : byName);
      const { items, nextToken } = page(descending ? found.toReversed() : found, input, PAGE);
      return {
        logStreams: items.map((stream) => {
          const events = store.visible(stream);
          return {
            logStreamName: stream.name,
            creationTime: stream.createdAt,
            firstEventTimestamp: events[0]?.timestamp,
            lastEventTimestamp: events.at(-1)?.timestamp,
            lastIngestionTime: events.at(-1)?.ingestionTime,
            arn: `${arnOf(group)}:log-stream:${stream.name}`,
            storedBytes: 0,
          };
        }),
        nextToken,
      };
    },
  } satisfies Handlers<typeof sdk>;
};

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
