import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import manifest from "../../package.json" with { type: "json" };
import { callLimits } from "../aws/call-limits.ts";
import { createStarter } from "../aws/starter.ts";
import { systemClock } from "../clock.ts";
import { createDynamoStore } from "../operations/dynamo-store.ts";
import { randomIds } from "../operations/operation-id.ts";
import type { Planner } from "../operations/plan.ts";
import { parseConfiguration } from "../targets/configuration.ts";
import { createGithubVerifier } from "./auth/github-token.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Environment } from "./environment.ts";

/** What the API touches of the real world. The SDK's clients and the issuer's keys live as long as the process. */
export function realDependencies(
  environment: Environment,
  plannerOn: (shared: Pick<Dependencies, "store" | "clock">) => Planner,
): Dependencies {
  const { table, targetsFile, runbookFunction, oidcIssuer, oidcAudience } = environment;
  // A request must end within API Gateway's 30 s, so a call that hangs is given up early and tried again.
  const config = {
    maxAttempts: 3,
    requestHandler: callLimits({ requestTimeoutMs: 5_000 }),
    customUserAgent: "intermission",
  };
  const clock = systemClock;
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const store = createDynamoStore({ client: dynamo, table, clock });
  return {
    configuration: parseConfiguration(readFileSync(targetsFile, "utf8"), targetsFile),
    store,
    table,
    starter: createStarter({ lambda: new LambdaClient(config), functionName: runbookFunction }),
    planner: plannerOn({ store, clock }),
    verifyToken: createGithubVerifier({ issuer: oidcIssuer, audience: oidcAudience, clock }),
    clock,
    ids: randomIds,
    version: manifest.version,
    // Not by console.log: Lambda puts a prefix before its lines, or wraps them in JSON once more, by the function's log format.
    log: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
  };
}
