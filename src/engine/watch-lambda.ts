import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { callLimits } from "../aws/call-limits.ts";
import { createStarter } from "../aws/starter.ts";
import { systemClock } from "../clock.ts";
import { createActiveOperations } from "../operations/dynamo-active.ts";
import { parseConfiguration } from "../targets/configuration.ts";
import { realStore } from "./real-store.ts";
import { watch } from "./watch.ts";

const milliseconds = z.coerce.number().int().positive();
const environment = z
  .object({
    INTERMISSION_TABLE: z.string().min(1),
    INTERMISSION_TARGETS: z.string().min(1),
    INTERMISSION_RUNBOOK_FUNCTION: z.string().min(1),
    INTERMISSION_LONGEST_WINDOW_MS: milliseconds,
    INTERMISSION_LONGEST_WAIT_MS: milliseconds,
    INTERMISSION_METRIC_NAMESPACE: z.string().min(1).optional(),
  })
  .parse(process.env);

const { INTERMISSION_TABLE: table, INTERMISSION_TARGETS: file } = environment;
const { targets } = parseConfiguration(readFileSync(file, "utf8"), file);
const dynamo = new DynamoDBClient({ requestHandler: callLimits({ requestTimeoutMs: 5_000 }) });

const { start } = createStarter({
  lambda: new LambdaClient({ requestHandler: callLimits({ requestTimeoutMs: 5_000 }) }),
  functionName: environment.INTERMISSION_RUNBOOK_FUNCTION,
});

/** Looks at the targets, once a minute. */
export const handler = watch({
  targets: [...targets.keys()],
  active: createActiveOperations({ client: DynamoDBDocumentClient.from(dynamo), table, clock: systemClock }),
  store: realStore(table),
  start,
  clock: systemClock,
  limits: {
    longestWindowMs: environment.INTERMISSION_LONGEST_WINDOW_MS,
    longestWaitMs: environment.INTERMISSION_LONGEST_WAIT_MS,
  },
  namespace: environment.INTERMISSION_METRIC_NAMESPACE,
  // console.log would put a time and a request's id in front, or, with Lambda's JSON logs, the line inside another.
  write: (line) => void process.stdout.write(`${line}\n`),
});
