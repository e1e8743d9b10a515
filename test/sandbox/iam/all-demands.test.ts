import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createIamWorld } from "./iam-world.ts";

/** The SDK's names of the services, by package. */
const SERVICES: Record<string, string> = {
  "client-application-auto-scaling": "Application Auto Scaling",
  "client-cloudwatch": "CloudWatch",
  "client-cloudwatch-logs": "CloudWatch Logs",
  "client-dynamodb": "DynamoDB",
  "client-ecr": "ECR",
  "client-ecs": "ECS",
  "client-elastic-load-balancing-v2": "Elastic Load Balancing v2",
  "client-eventbridge": "EventBridge",
  "client-lambda": "Lambda",
  "client-rds": "RDS",
  "client-scheduler": "Scheduler",
  "client-sts": "STS",
  "lib-dynamodb": "DynamoDB",
};
/** The document client's commands have names of their own. */
const DOCUMENT: Record<string, string> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  Query: "Query",
  Scan: "Scan",
};

/** Every `…Command` that production code imports from the SDK, as `Service Operation`. */
function commandsIn(patterns: string[]): string[] {
  const found = new Set<string>();
  for (const path of patterns.flatMap((pattern) => globSync(pattern)))
    for (const [, names = "", from = ""] of readFileSync(path, "utf8").matchAll(
      /import\s*\{([^}]*)\}\s*from\s*"@aws-sdk\/([\w-]+)"/g,
    ))
      for (const [, operation = ""] of names.matchAll(/\b(\w+)Command\b/g))
        found.add(
          `${SERVICES[from] ?? from} ${from === "lib-dynamodb" ? (DOCUMENT[operation] ?? operation) : operation}`,
        );
  return [...found].sort();
}

describe("what IAM is asked", () => {
  const { cloud } = createIamWorld();
  const unknown = (commands: string[]) =>
    commands.filter((command) => {
      const operation = command.split(" ").at(-1)!;
      return !cloud.iam.knows(command.slice(0, -operation.length - 1), operation);
    });

  test("is known of every operation that the sandbox answers", () => {
    const answered = cloud.mounts.flatMap(({ service, handlers }) =>
      Object.keys(handlers).map((operation) => `${service.id} ${operation}`),
    );
    expect(answered.length).toBeGreaterThan(100);
    expect(unknown(answered)).toEqual([]);
  });

  test("is known of every command that production code sends", () => {
    const sent = commandsIn(["aws", "operations", "engine", "api", "procedures"].map((part) => `src/${part}/**/*.ts`));
    expect(sent).toContain("ECS RunTask");
    expect(sent).toContain("DynamoDB UpdateItem");
    expect(sent.length).toBeGreaterThan(60);
    expect(unknown(sent)).toEqual([]);
  });
});
