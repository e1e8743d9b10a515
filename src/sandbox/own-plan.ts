import type { Bundles } from "./bundles.ts";
import { arn, type World } from "./cloud/world.ts";
import type { HttpApiRoute } from "./front/routes.ts";
import type { HostingPlan } from "./hosting-plan.ts";

export const API_FUNCTION = "intermission-api";
export const RUNBOOK_FUNCTION = "intermission-runbook";
export const EXECUTION_ENDED_FUNCTION = "intermission-execution-ended";
export const AUDIENCE = "intermission";
const ALIAS = "live";
const TABLE = "intermission";

/** What the API answers to anybody has no authorizer in front of it. */
const OPEN_ROUTES = ["GET /", "GET /health", "GET /docs", "GET /openapi.json", "GET /live/{proxy+}"];

type Given = { bundles: Bundles; issuer: string; targetsFile: string; world: World };

/** Intermission's functions as infra deploys them, with roles that may do everything. The template says it in full (template/). */
export function ownPlan({ bundles, issuer, targetsFile, world }: Given): HostingPlan {
  const environment = {
    INTERMISSION_TABLE: TABLE,
    INTERMISSION_TARGETS: targetsFile,
    INTERMISSION_RUNBOOK_FUNCTION: `${RUNBOOK_FUNCTION}:${ALIAS}`,
    INTERMISSION_OIDC_ISSUER: issuer,
    INTERMISSION_OIDC_AUDIENCE: AUDIENCE,
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
    ],
    buses: [],
    apis: [
      { name: "github", routes: [route("$default", "none")] },
      { name: "operator", routes: [route("$default", "iam"), ...OPEN_ROUTES.map((key) => route(key, "none"))] },
    ],
  };
}
