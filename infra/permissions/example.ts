import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import type { Configuration } from "../../src/targets/schema.ts";
import { type FunctionName, functionNames, type OwnResources } from "./grant.ts";

const FILE = join(import.meta.dirname, "example.yml");

/** The configuration whose permissions docs/permissions.md shows. */
export const exampleConfiguration = (): Configuration => parseConfiguration(readFileSync(FILE, "utf8"), "example.yml");

const IN = "eu-central-1:111122223333";

/** What the stack would make of it. */
export const exampleOwn: OwnResources = {
  tableArn: `arn:aws:dynamodb:${IN}:table/intermission`,
  streamArn: `arn:aws:dynamodb:${IN}:table/intermission/stream/2026-01-01T00:00:00.000`,
  runbookFunctionArn: `arn:aws:lambda:${IN}:function:intermission-runbook`,
  runbookAliasArn: `arn:aws:lambda:${IN}:function:intermission-runbook:live`,
  deadLetterQueueArn: `arn:aws:sqs:${IN}:intermission-dead-letters`,
  busArn: `arn:aws:events:${IN}:event-bus/intermission`,
  logGroupArns: Object.fromEntries(
    functionNames.map((name) => [name, `arn:aws:logs:${IN}:log-group:/aws/lambda/intermission-${name}:*`]),
  ) as Record<FunctionName, string>,
  encryptionKeyArn: `arn:aws:kms:${IN}:key/0f6c3d5e-0001-4000-8000-000000000001`,
};
