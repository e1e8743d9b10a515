import { InvalidEventPatternException, ResourceNotFoundException, type Target } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { type Account, onEcs, passes, register } from "../ecs/account.ts";

const CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/main";
const ROLE = "arn:aws:iam::111122223333:role/service/ecsEvents";

const target = (TaskDefinitionArn: string, more: Partial<Target> = {}): Target => ({
  Id: "tasks",
  Arn: CLUSTER,
  RoleArn: ROLE,
  EcsParameters: {
    TaskDefinitionArn,
    LaunchType: "FARGATE",
    NetworkConfiguration: { awsvpcConfiguration: { Subnets: ["subnet-1"] } },
  },
  ...more,
});

/** A rule that runs a task of thirty seconds. */
async function rule(
  { events, ...account }: Account,
  { name = "nightly", expression = "rate(5 minutes)", more = {} } = {},
) {
  const definition = await register({ events, ...account }, "batch:1", {}, "batch");
  await events.putRule({ Name: name, ScheduleExpression: expression });
  await events.putTargets({ Rule: name, Targets: [target(definition, more)] });
}

const runs = ({ log }: Account) =>
  log.after().filter((event) => event.kind === "task" && event.lastStatus === "PROVISIONING");

describe("a rule with a schedule", () => {
  it(
    "runs its ECS target's tasks, in the group of their family and started by the rule",
    onEcs(async (account) => {
      await rule(account);
      await passes(5 * 60_000 - 1);
      expect(runs(account)).toEqual([]);
      await passes(10 * 60_000 + 2);
      expect(runs(account)).toMatchObject([
        { group: "family:batch", startedBy: "events-rule/nightly" },
        { group: "family:batch", startedBy: "events-rule/nightly" },
        { group: "family:batch", startedBy: "events-rule/nightly" },
      ]);
    }),
  );

  it(
    "runs as many tasks as the target says, with its group and its input as overrides",
    onEcs(async (account) => {
      const definition = await register(account, "batch:1", {}, "batch");
      await account.events.putRule({ Name: "hourly", ScheduleExpression: "cron(0 * * * ? *)" });
      const { EcsParameters } = target(definition);
      const Input = JSON.stringify({
        containerOverrides: [{ name: "app", environment: [{ name: "JOB", value: "mail" }] }],
      });
      const Targets = [
        target(definition, { Input, EcsParameters: { ...EcsParameters!, TaskCount: 2, Group: "mailers" } }),
      ];
      await account.events.putTargets({ Rule: "hourly", Targets });
      await passes(3_600_000 + 60_000);
      expect(runs(account)).toMatchObject([{ group: "mailers" }, { group: "mailers" }]);
      const started = account.log.after().filter((event) => event.kind === "container" && event.change === "started");
      expect(started).toMatchObject([{ environment: { JOB: "mail" } }, { environment: { JOB: "mail" } }]);
    }),
  );

  it(
    "calls RunTask in the name of the target's role, as the log of calls shows",
    onEcs(async (account) => {
      await rule(account);
      await passes(5 * 60_000);
      const calls = account.log.after().filter((event) => event.kind === "call");
      expect(calls).toMatchObject([{ service: "ECS", operation: "RunTask", outcome: "ok" }]);
      expect(calls[0]).toHaveProperty(
        "caller",
        expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/ecsEvents\/[0-9a-f]{32}$/),
      );
    }),
  );

  it(
    "has its name cut off in startedBy, of which ECS keeps 36 characters",
    onEcs(async (account) => {
      await rule(account, { name: "crm-production-nightly-mail-and-reports" });
      await passes(5 * 60_000);
      expect(runs(account)).toMatchObject([{ startedBy: "events-rule/crm-production-nightly-m" }]);
    }),
  );

  it(
    "does nothing while it is disabled, and nothing for what it missed",
    onEcs(async (account) => {
      await rule(account, { expression: "cron(0/5 * * * ? *)" });
      await account.events.disableRule({ Name: "nightly" });
      await passes(60 * 60_000 + 60_000);
      expect(runs(account)).toEqual([]);
      await account.events.enableRule({ Name: "nightly" });
      await passes(4 * 60_000);
      expect(runs(account)).toHaveLength(1);
    }),
  );

  it(
    "leaves a failed invocation to the log when ECS refuses the task",
    onEcs(async (account) => {
      await rule(account);
      await account.client.deregisterTaskDefinition({ taskDefinition: "batch:1" });
      await passes(5 * 60_000);
      expect(runs(account)).toEqual([]);
      const calls = account.log.after().filter((event) => event.kind === "call");
      expect(calls).toMatchObject([{ operation: "RunTask", outcome: "ClientException" }]);
    }),
  );

  it(
    "waits for a date months ahead",
    onEcs(async (account) => {
      await rule(account, { expression: "cron(0 0 1 MAY ? *)" });
      while (Date.UTC(2026, 4, 1) - Date.now() > 86_400_000) await passes(86_400_000);
      await passes(Date.UTC(2026, 4, 1) - Date.now() - 1);
      expect(runs(account)).toEqual([]);
      await passes(2);
      expect(runs(account)).toHaveLength(1);
    }),
  );
});

describe("EventBridge", () => {
  it(
    "finds the rules that are aimed at a cluster, and tells their targets",
    onEcs(async (account) => {
      const { events } = account;
      await rule(account, { name: "b" });
      await rule(account, { name: "a" });
      await events.putRule({ Name: "other", EventPattern: '{"source":["aws.ecs"]}' });
      await events.putTargets({
        Rule: "other",
        Targets: [{ Id: "f", Arn: "arn:aws:lambda:eu-central-1:111122223333:function:f" }],
      });
      expect((await events.listRuleNamesByTarget({ TargetArn: CLUSTER })).RuleNames).toEqual(["a", "b"]);
      const first = await events.listRules({ Limit: 2 });
      expect(first.Rules).toMatchObject([
        { Name: "a", State: "ENABLED", ScheduleExpression: "rate(5 minutes)", EventBusName: "default" },
        { Name: "b" },
      ]);
      const rest = await events.listRules({ Limit: 2, NextToken: first.NextToken });
      expect(rest).toMatchObject({ Rules: [{ Name: "other", EventPattern: '{"source":["aws.ecs"]}' }] });
      expect((await events.listTargetsByRule({ Rule: "a" })).Targets).toMatchObject([
        { Id: "tasks", Arn: CLUSTER, EcsParameters: { TaskDefinitionArn: expect.stringContaining("batch:2") } },
      ]);
    }),
  );

  it(
    "replaces a rule as a whole: what PutRule leaves out is gone, and DISABLED becomes ENABLED",
    onEcs(async ({ events }) => {
      await events.putRule({ Name: "r", ScheduleExpression: "rate(1 day)", Description: "nightly", State: "DISABLED" });
      await events.putRule({ Name: "r", ScheduleExpression: "rate(2 days)" });
      const described = await events.describeRule({ Name: "r" });
      expect(described).toMatchObject({ State: "ENABLED", ScheduleExpression: "rate(2 days)" });
      expect(described.Description).toBeUndefined();
    }),
  );

  it(
    "does not delete a rule that has targets",
    onEcs(async (account) => {
      const { events } = account;
      await rule(account);
      await expect(events.deleteRule({ Name: "nightly" })).rejects.toThrow(
        "Rule can't be deleted since it has targets.",
      );
      await events.removeTargets({ Rule: "nightly", Ids: ["tasks"] });
      await events.deleteRule({ Name: "nightly" });
      await events.deleteRule({ Name: "nightly" });
      await passes(3_600_000);
      expect(runs(account)).toEqual([]);
    }),
  );

  it.each([
    [
      "a schedule that is none",
      (a: Account) => a.events.putRule({ Name: "r", ScheduleExpression: "rate(1 minutes)" }),
      "ScheduleExpression is not valid",
    ],
    [
      "at(), which is the Scheduler's",
      (a: Account) => a.events.putRule({ Name: "r", ScheduleExpression: "at(2030-01-01T00:00:00)" }),
      "ScheduleExpression is not valid",
    ],
    ["neither schedule nor pattern", (a: Account) => a.events.putRule({ Name: "r" }), "must be specified"],
    [
      "a name with a space",
      (a: Account) => a.events.putRule({ Name: "a b", ScheduleExpression: "rate(1 day)" }),
      "regular expression",
    ],
    [
      "no name",
      (a: Account) => a.events.putRule({ Name: undefined, ScheduleExpression: "rate(1 day)" }),
      "Member must not be null",
    ],
  ])("refuses %s", (_what, call, message) =>
    onEcs(async (account) => {
      await expect(call(account)).rejects.toThrow(message);
    })(),
  );

  it(
    "does not know rules, buses and patterns that are not there",
    onEcs(async ({ events }) => {
      await expect(events.describeRule({ Name: "none" })).rejects.toThrow(ResourceNotFoundException);
      await expect(events.disableRule({ Name: "none" })).rejects.toThrow(
        "Rule none does not exist on EventBus default.",
      );
      await expect(events.listRules({ EventBusName: "mine" })).rejects.toThrow(ResourceNotFoundException);
      await expect(events.putRule({ Name: "r", EventPattern: "{" })).rejects.toThrow(InvalidEventPatternException);
    }),
  );

  it(
    "refuses an ECS target without a role or a task definition",
    onEcs(async ({ events }) => {
      await events.putRule({ Name: "r", ScheduleExpression: "rate(1 day)" });
      const put = (more: Partial<Target>) => events.putTargets({ Rule: "r", Targets: [target("batch", more)] });
      await expect(put({ RoleArn: undefined })).rejects.toThrow("RoleArn is required");
      await expect(put({ EcsParameters: undefined })).rejects.toThrow("EcsParameters are required");
      await expect(put({ Input: "{" })).rejects.toThrow("JSON syntax error");
    }),
  );
});
