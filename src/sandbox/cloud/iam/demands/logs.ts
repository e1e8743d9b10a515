import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { arn } from "../../world.ts";
import type { Demand, Demands } from "../demand.ts";
import type { Known } from "../known.ts";

type Named = { logGroupName?: string; logGroupIdentifier?: string; logStreamName?: string };

/** CloudWatch Logs judges even a group as `log-group:NAME:log-stream:`, so a statement needs `:*` after the name. */
export function logsDemands({ world }: Known): Demands<typeof sdk> {
  const on =
    (operation: string) =>
    ({ logGroupName, logGroupIdentifier = "", logStreamName = "" }: Named): Demand[] => {
      const group =
        logGroupName ?? logGroupIdentifier.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, "").replace(/:\*$/, "");
      return [
        { action: `logs:${operation}`, resource: arn(world, "logs", `log-group:${group}:log-stream:${logStreamName}`) },
      ];
    };
  return {
    GetLogEvents: on("GetLogEvents"),
    FilterLogEvents: ({ logGroupName, logGroupIdentifier }) =>
      on("FilterLogEvents")({ logGroupName, logGroupIdentifier }),
    CreateLogStream: on("CreateLogStream"),
    CreateLogGroup: ({ logGroupName }) => on("CreateLogGroup")({ logGroupName }),
    DeleteLogGroup: ({ logGroupName }) => on("DeleteLogGroup")({ logGroupName }),
    PutRetentionPolicy: ({ logGroupName }) => on("PutRetentionPolicy")({ logGroupName }),
    DescribeLogStreams: ({ logGroupName, logGroupIdentifier }) =>
      on("DescribeLogStreams")({ logGroupName, logGroupIdentifier }),
    DescribeLogGroups: () => on("DescribeLogGroups")({}),
  };
}
