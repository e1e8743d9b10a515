import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { ListTasksCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListEventBusesCommand } from "@aws-sdk/client-eventbridge";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { ListSchedulesCommand } from "@aws-sdk/client-scheduler";
import { expect, test } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { isRefusal, isThrottle, wasFirstAttempt } from "../../../src/aws/errors.ts";
import { RUNBOOK_ROLE, type SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { cloudOfScenario } from "../cloud-of-scenario.ts";
import { bases } from "./bases.ts";
import { ALIKE } from "./lasting.ts";

const MORE_THAN_EVER_ASKED = 10;

/** One call to every service that the runbook calls, and a change. */
function callsTo(cloud: SimulatedCloud): Record<string, () => Promise<unknown>> {
  const config = cloud.configFor(RUNBOOK_ROLE);
  const { ecs, elb, rds, ecr, autoScaling, eventBridge, scheduler } = createClients(config);
  const Key = { pk: { S: "any" }, sk: { S: "any" } };
  return {
    "Application Auto Scaling": () => autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" })),
    DynamoDB: () => new DynamoDBClient(config).send(new GetItemCommand({ TableName: "intermission", Key })),
    ECR: () => ecr.send(new DescribeImagesCommand({ repositoryName: "noticeboard" })),
    ECS: () => ecs.send(new ListTasksCommand({ cluster: "noticeboard" })),
    "ECS:UpdateService": () => ecs.send(new UpdateServiceCommand({ cluster: "noticeboard", service: "noticeboard" })),
    "Elastic Load Balancing v2": () => elb.send(new DescribeRulesCommand({ ListenerArn: "any" })),
    EventBridge: () => eventBridge.send(new ListEventBusesCommand({})),
    RDS: () => rds.send(new DescribeDBInstancesCommand({})),
    Scheduler: () => scheduler.send(new ListSchedulesCommand({})),
  };
}

const SOURCES = ["aws", "engine", "operations", "procedures"].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, "../../../src", folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
);

/** Whether some code could look at an error by its name, but for `isRefusal` and `isThrottle`, which are asked themselves. */
const isNamed = (name: string): boolean => SOURCES.some((source) => source.includes(`"${name}"`));

test("what fails for good is one to the code, whichever way it fails: it names none of these errors, and takes each for a trouble that passes", async () => {
  const seen = await inVirtualTime(async () => {
    const cloud = await cloudOfScenario(bases.upgrade.scenario);
    const errors: { call: string; fault: string; error: unknown }[] = [];
    for (const [call, send] of Object.entries(callsTo(cloud)))
      for (const fault of call.includes(":") ? ALIKE.changes : ALIKE.reads) {
        const [service = "", operation = "*"] = call.split(":");
        const takeBack = cloud.faults.add({ service, operation, fault, count: MORE_THAN_EVER_ASKED });
        errors.push({ call, fault, error: await send().catch((error: unknown) => error) });
        takeBack();
      }
    return errors;
  });
  expect(seen).toHaveLength(8 * ALIKE.reads.length + ALIKE.changes.length);
  for (const { call, fault, error } of seen) {
    const { name } = error as Error;
    expect({
      ...{ call, fault, isError: error instanceof Error },
      ...{ isNamed: isNamed(name), wasFirstAttempt: wasFirstAttempt(error) },
      ...{ isRefusal: isRefusal(error), isThrottle: isThrottle(error) },
    }).toEqual({
      call,
      fault,
      isError: true,
      isNamed: false,
      wasFirstAttempt: false,
      isRefusal: false,
      isThrottle: false,
    });
  }
});
