import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Services, startServices } from "../../src/sandbox/services.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);

let services: Services;
let directory: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "other-writers-"));
  services = await startServices({ region: "eu-central-1" });
  environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: services.url,
    AWS_ACCESS_KEY_ID: services.key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: services.key.secretAccessKey,
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_CONFIG_FILE: join(directory, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
    AWS_PAGER: "",
  };
});
afterAll(async () => {
  await services.close();
  await rm(directory, { recursive: true });
});

const call = async (...args: string[]): Promise<unknown> => {
  const { stdout } = await run("aws", [...args, "--output", "json"], { env: environment, cwd: directory });
  return stdout ? JSON.parse(stdout) : undefined;
};
const CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/crm";
const ROLE = "arn:aws:iam::111122223333:role/events";
const ecs = { TaskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/mail" };

describe.skipIf(isMissing("aws"))("the AWS CLI agrees with the SDK on", () => {
  test("EventBridge", async () => {
    await call("events", "put-rule", "--name", "mail", "--schedule-expression", "rate(1 day)");
    const targets = JSON.stringify([{ Id: "1", Arn: CLUSTER, RoleArn: ROLE, EcsParameters: ecs }]);
    expect(await call("events", "put-targets", "--rule", "mail", "--targets", targets)).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    expect(await call("events", "list-rule-names-by-target", "--target-arn", CLUSTER)).toEqual({ RuleNames: ["mail"] });
    await call("events", "disable-rule", "--name", "mail");
    expect(await call("events", "describe-rule", "--name", "mail")).toMatchObject({ State: "DISABLED" });
    await expect(call("events", "describe-rule", "--name", "none")).rejects.toThrow(
      "(ResourceNotFoundException) when calling the DescribeRule operation: Rule none does not exist",
    );
  });

  test("Scheduler", async () => {
    const target = JSON.stringify({ Arn: CLUSTER, RoleArn: ROLE, EcsParameters: ecs });
    const window = JSON.stringify({ Mode: "OFF" });
    const schedule = [
      "--name",
      "night",
      "--schedule-expression",
      "cron(0 2 * * ? *)",
      "--flexible-time-window",
      window,
    ];
    await call("scheduler", "create-schedule", ...schedule, "--target", target);
    expect(await call("scheduler", "list-schedules", "--name-prefix", "ni")).toMatchObject({
      Schedules: [{ Name: "night", State: "ENABLED", Target: { Arn: CLUSTER } }],
    });
    await call("scheduler", "update-schedule", ...schedule, "--target", target, "--state", "DISABLED");
    expect(await call("scheduler", "get-schedule", "--name", "night")).toMatchObject({
      State: "DISABLED",
      CreationDate: expect.any(Number),
    });
    await expect(call("scheduler", "delete-schedule", "--name", "none")).rejects.toThrow("(ResourceNotFoundException)");
  });

  test("CloudWatch Logs", async () => {
    await call("logs", "create-log-group", "--log-group-name", "/crm");
    expect(await call("logs", "describe-log-groups")).toMatchObject({ logGroups: [{ logGroupName: "/crm" }] });
    expect(await call("logs", "filter-log-events", "--log-group-name", "/crm")).toMatchObject({ events: [] });
    await expect(call("logs", "describe-log-streams", "--log-group-name", "/none")).rejects.toThrow(
      "(ResourceNotFoundException)",
    );
  });

  test("CloudWatch", async () => {
    await call("cloudwatch", "put-metric-data", "--namespace", "Crm", "--metric-name", "Jobs", "--value", "4");
    expect(await call("cloudwatch", "list-metrics", "--namespace", "Crm")).toEqual({
      Metrics: [{ Namespace: "Crm", MetricName: "Jobs", Dimensions: [] }],
    });
    const span = ["--start-time", "2026-01-15T02:00:00Z", "--end-time", "2026-01-15T03:00:00Z", "--period", "60"];
    const metric = ["--namespace", "AWS/RDS", "--metric-name", "DatabaseConnections", "--statistics", "Average"];
    expect(await call("cloudwatch", "get-metric-statistics", ...metric, ...span)).toEqual({
      Label: "DatabaseConnections",
      Datapoints: [],
    });
  });
});
