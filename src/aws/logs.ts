import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { isAwsError } from "./errors.ts";

export type Logs = ReturnType<typeof createLogs>;

/** Where one container of a task definition writes its lines: CloudWatch Logs, by the driver awslogs. */
export type ContainerLog = { group: string; region: string; streamPrefix: string; container: string };

/** `at` is the container's own time, as ISO 8601. */
export type LogLine = { at: string; message: string };

/** Lines that hold the text, or match the regular expression. All lines where neither is given. */
export type LinePattern = string | RegExp;

/** More pages than a look may read: what is left is read by the next look. */
const MOST_PAGES = 20;

/** Lines of containers. A group or a stream that is not there (yet) has no lines. One client a region: a log may be in another one. */
export function createLogs(clientIn: (region: string) => CloudWatchLogsClient) {
  return {
    /** The lines that one task's container wrote since a time (milliseconds since the epoch), oldest first. CloudWatch shows a line seconds after it was written. */
    async lines(
      log: ContainerLog,
      { taskArn, sinceMs, matching }: { taskArn: string; sinceMs: number; matching?: LinePattern },
    ): Promise<LogLine[]> {
      const found: LogLine[] = [];
      let nextToken: string | undefined;
      // A page may be empty and still have a next one: CloudWatch searches piece by piece.
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const page: FilterLogEventsCommandOutput | undefined = await unlessMissing(() =>
          clientIn(log.region).send(
            new FilterLogEventsCommand({
              logGroupName: log.group,
              logStreamNames: [streamOf(log, taskArn)],
              startTime: Math.max(0, Math.floor(sinceMs)),
              filterPattern: filterPatternOf(matching),
              nextToken,
            }),
          ),
        );
        found.push(...(page?.events ?? []).map(toLine).filter(({ message }) => matches(matching, message)));
        nextToken = page?.nextToken;
        if (!nextToken) break;
      }
      return found;
    },

    /** The last lines that one task's container wrote, oldest first. */
    async tail(log: ContainerLog, { taskArn, count }: { taskArn: string; count: number }): Promise<LogLine[]> {
      const page = await unlessMissing(() =>
        clientIn(log.region).send(
          new GetLogEventsCommand({
            logGroupName: log.group,
            logStreamName: streamOf(log, taskArn),
            limit: count,
            startFromHead: false,
          }),
        ),
      );
      return (page?.events ?? []).map(toLine);
    },
  };
}

/** Undefined where the lines of this container cannot be found: another driver, or no prefix (then a stream is named by the container's id in Docker). */
export function logOf({ name, logConfiguration }: ContainerDefinition): ContainerLog | undefined {
  if (logConfiguration?.logDriver !== "awslogs") return undefined;
  const {
    "awslogs-group": group,
    "awslogs-region": region,
    "awslogs-stream-prefix": streamPrefix,
  } = logConfiguration.options ?? {};
  return name && group && region && streamPrefix ? { group, region, streamPrefix, container: name } : undefined;
}

/** As the driver awslogs names a task's streams: prefix/container/task. */
export const streamOf = ({ streamPrefix, container }: ContainerLog, taskArn: string): string =>
  `${streamPrefix}/${container}/${taskArn.split("/").at(-1)}`;

async function unlessMissing<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** CloudWatch narrows the search where it can be told to; what it finds is compared here, whatever its patterns mean. */
const filterPatternOf = (matching: LinePattern | undefined): string | undefined =>
  typeof matching === "string" && /^[^"\\]{1,500}$/.test(matching) ? `"${matching}"` : undefined;

const matches = (matching: LinePattern | undefined, message: string): boolean => {
  if (matching === undefined) return true;
  return typeof matching === "string" ? message.includes(matching) : message.search(matching) >= 0;
};

function toLine({ timestamp, message }: { timestamp?: number | undefined; message?: string | undefined }): LogLine {
  const at = new Date(Number.isFinite(timestamp) ? timestamp! : Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw new Error(`expected AWS to say when a line was written, found ${JSON.stringify(timestamp) ?? "nothing"}`);
  if (typeof message !== "string")
    throw new Error(`expected AWS to say what a line says, found ${JSON.stringify(message) ?? "nothing"}`);
  return { at: at.toISOString(), message: message.trimEnd() };
}

/** By container, where the lines of a task definition's containers are found. */
export const logsOf = ({ containerDefinitions = [] }: TaskDefinition): Record<string, ContainerLog> =>
  Object.fromEntries(
    containerDefinitions.flatMap((container) => {
      const log = logOf(container);
      return log ? [[log.container, log]] : [];
    }),
  );
