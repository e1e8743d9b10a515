import type { Bundles } from "./bundles.ts";
import { arn, type World } from "./cloud/world.ts";
import type { HttpApiRoute } from "./front/routes.ts";
import type { HostingPlan } from "./hosting-plan.ts";

export const API_FUNCTION = "intermission-api";
export const RUNBOOK_FUNCTION = "intermission-runbook";
export const EXECUTION_ENDED_FUNCTION = "intermission-execution-ended";
export const ANNOUNCE_FUNCTION = "intermission-announce";
export const WATCH_FUNCTION = "intermission-watch";
export const AUDIENCE = "intermission";
export const TABLE = "intermission";
export const BUS = "intermission";
const ALIAS = "live";

/** What the API answers to anybody has no authorizer in front of it. */
const OPEN_ROUTES = ["GET /", "GET /health", "GET /docs", "GET /openapi.json", "GET /live/{proxy+}"];

/** The records of the table's stream that are operations' events. */
const newEvents = {
  eventName: ["INSERT"],
  dynamodb: { Keys: { pk: { S: [{ prefix: "operation#" }] }, sk: { S: [{ prefix: "event#" }] } } },
};

type Given = { bundles: Bundles; issuer: string; targetsFile: string; world: World };

/** Intermission's functions as infra deploys them, with roles that may do everything. The template says it in full (template/). */
export function ownPlan({ bundles, issuer, targetsFile, world }: Given): HostingPlan {
  const environment = {
    INTERMISSION_TABLE: TABLE,
    INTERMISSION_TARGETS: targetsFile,
    INTERMISSION_RUNBOOK_FUNCTION: `${RUNBOOK_FUNCTION}:${ALIAS}`,
    INTERMISSION_OIDC_ISSUER: issuer,
    INTERMISSION_OIDC_AUDIENCE: AUDIENCE,
    INTERMISSION_BUS: BUS,
    INTERMISSION_LONGEST_WINDOW_MS: String(2 * 3_600_000),
    INTERMISSION_LONGEST_WAIT_MS: String(3_600_000),
  };
  const hosted = (functionName: string, bundle: string, timeoutMs: number) => ({
    ...{ functionName, role: functionName, bundle, handler: "handler", environment, timeoutMs },
    memoryMb: 512,
  });
  const route = (key: string, kind: "none" | "iam"): HttpApiRoute => ({
    key,
    authorizer: { kind },
    functionName: API_FUNCTION,
  });
  return {
    table: TABLE,
    functions: [
      hosted(API_FUNCTION, bundles.api, 29_000),
      {
        ...hosted(RUNBOOK_FUNCTION, bundles.runbook, 120_000),
        aliases: [ALIAS],
        durableConfig: { executionTimeoutSeconds: 7 * 86_400, retentionPeriodInDays: 30 },
        deadLettersTo: EXECUTION_ENDED_FUNCTION,
      },
      hosted(EXECUTION_ENDED_FUNCTION, bundles.executionEnded, 30_000),
      hosted(ANNOUNCE_FUNCTION, bundles.announce, 30_000),
      hosted(WATCH_FUNCTION, bundles.watch, 30_000),
    ],
    rules: [
      {
        name: EXECUTION_ENDED_FUNCTION,
        functionName: EXECUTION_ENDED_FUNCTION,
        pattern: {
          source: ["aws.lambda"],
          "detail-type": ["Durable Execution Status Change"],
          detail: {
            status: ["STOPPED", "FAILED", "TIMED_OUT"],
            functionArn: [{ prefix: arn(world, "lambda", `function:${RUNBOOK_FUNCTION}`) }],
          },
        },
      },
      { name: WATCH_FUNCTION, functionName: WATCH_FUNCTION, schedule: "rate(1 minute)" },
    ],
    stream: { functionName: ANNOUNCE_FUNCTION, filters: [newEvents], batchSize: 100 },
    buses: [BUS],
    apis: [
      { name: "github", routes: [route("$default", "none")] },
      { name: "operator", routes: [route("$default", "iam"), ...OPEN_ROUTES.map((key) => route(key, "none"))] },
    ],
  };
}
