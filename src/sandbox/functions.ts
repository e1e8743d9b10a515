import { access } from "node:fs/promises";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { tableDefinition } from "../operations/dynamo-table.ts";
import type { Services } from "./services.ts";

/** The paths of the functions' bundles: ES modules that export `handler`. */
export type Bundles = { api: string; runbook: string; executionEnded: string };

/** Where scripts/build.ts puts them below its folder. */
export const bundlesIn = (directory: string): Bundles => ({
  api: join(directory, "api/index.mjs"),
  runbook: join(directory, "runbook/index.mjs"),
  executionEnded: join(directory, "execution-ended/index.mjs"),
});

export const API_FUNCTION = "intermission-api";
export const RUNBOOK_FUNCTION = "intermission-runbook";
export const EXECUTION_ENDED_FUNCTION = "intermission-execution-ended";
const ALIAS = "live";
const TABLE = "intermission";
export const AUDIENCE = "intermission";

/** Throws where a bundle is not there, and says how to make it. */
export async function requireBundles(bundles: Bundles): Promise<void> {
  const missing: string[] = [];
  for (const path of Object.values(bundles)) await access(path).catch(() => missing.push(path));
  if (missing.length > 0)
    throw new Error(`The functions have not been built (no ${missing.join(", ")}): run \`npm run build\` first.`);
}

type Hosting = { services: Services; bundles: Bundles; issuer: string; targetsFile: string };

/** Hosts Intermission's functions, with a table, with roles of their own and with the rule that tells of ended runs, as infra does on AWS. */
export async function hostFunctions({ services, bundles, issuer, targetsFile }: Hosting): Promise<void> {
  const { lambda, world, url, key } = services;
  const dynamoDb = new DynamoDBClient({ endpoint: url, region: world.region, credentials: key });
  await dynamoDb.send(new CreateTableCommand(tableDefinition(TABLE)));
  dynamoDb.destroy();

  const environment = (role: string) => ({
    ...environmentOf(services, role),
    INTERMISSION_TABLE: TABLE,
    INTERMISSION_TARGETS: targetsFile,
    INTERMISSION_RUNBOOK_FUNCTION: `${RUNBOOK_FUNCTION}:${ALIAS}`,
    INTERMISSION_OIDC_ISSUER: issuer,
    INTERMISSION_OIDC_AUDIENCE: AUDIENCE,
  });
  lambda.define({
    functionName: API_FUNCTION,
    bundle: bundles.api,
    handler: "handler",
    environment: environment(API_FUNCTION),
    timeoutMs: 29_000,
    memoryMb: 512,
  });
  lambda.define({
    functionName: RUNBOOK_FUNCTION,
    bundle: bundles.runbook,
    handler: "handler",
    environment: environment(RUNBOOK_FUNCTION),
    timeoutMs: 120_000,
    memoryMb: 512,
    aliases: [ALIAS],
    durableConfig: { executionTimeoutSeconds: 7 * 86_400, retentionPeriodInDays: 30 },
    deadLettersTo: EXECUTION_ENDED_FUNCTION,
  });
  lambda.define({
    functionName: EXECUTION_ENDED_FUNCTION,
    bundle: bundles.executionEnded,
    handler: "handler",
    environment: environment(EXECUTION_ENDED_FUNCTION),
    timeoutMs: 30_000,
    memoryMb: 256,
  });
  await tellOfEndedRuns(services);
}

/** EventBridge invokes the function with each end of a run that is no success. */
async function tellOfEndedRuns({ world, url, key }: Services): Promise<void> {
  const arn = (resource: string) => `arn:aws:lambda:${world.region}:${world.account}:function:${resource}`;
  const events = new EventBridgeClient({ endpoint: url, region: world.region, credentials: key });
  const Rule = EXECUTION_ENDED_FUNCTION;
  const EventPattern = JSON.stringify({
    source: ["aws.lambda"],
    "detail-type": ["Durable Execution Status Change"],
    detail: { status: ["STOPPED", "FAILED", "TIMED_OUT"], functionArn: [{ prefix: arn(RUNBOOK_FUNCTION) }] },
  });
  await events.send(new PutRuleCommand({ Name: Rule, EventPattern }));
  const Targets = [{ Id: "function", Arn: arn(EXECUTION_ENDED_FUNCTION) }];
  await events.send(new PutTargetsCommand({ Rule, Targets }));
  events.destroy();
}

/** What Lambda gives a function by itself: a region and the credentials of its role. */
function environmentOf({ url, world, credentials }: Services, role: string): Record<string, string> {
  const key = credentials.issue({ arn: `arn:aws:sts::${world.account}:assumed-role/${role}/${role}` });
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    ...(key.sessionToken && { AWS_SESSION_TOKEN: key.sessionToken }),
  };
}
