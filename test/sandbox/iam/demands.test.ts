import { describe, expect, test } from "vitest";
import { allDemands } from "../../../src/sandbox/cloud/iam/demands/all-demands.ts";
import type { Known } from "../../../src/sandbox/cloud/iam/known.ts";

const in_ = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const KEY = in_("kms", "key/11111111-2222-4333-8444-555555555555");
const LISTENER = in_("elasticloadbalancing", "listener/app/crm/50dc6c495c0c9188/f2f7dc8efc522ab2");
const RULE = `${LISTENER.replace(":listener/", ":listener-rule/")}/9683b2d02a6cabee`;
const REVISION = in_("ecs", "task-definition/crm:7");
const EXECUTION = in_("lambda", "function:runbook:1/durable-execution/op/9c1f");

const settings = { Engine: "postgres", EngineVersion: "16.4", KmsKeyId: KEY };
const known: Known = {
  world: { account: "111122223333", region: "eu-central-1" },
  ecs: {
    revision: (reference) =>
      ["crm", "crm:7", REVISION].includes(reference)
        ? ({ taskDefinitionArn: REVISION, taskRoleArn: role("task"), executionRoleArn: role("execution") } as never)
        : undefined,
    tags: (arn) => (arn.endsWith(":task/crm/a1") ? [{ key: "Target", value: "crm" }] : []),
  },
  elb: { tags: (arn) => (arn === RULE ? [{ key: "intermission:target", value: "crm" }] : []) },
  rds: {
    instance: (name) =>
      ({
        "crm-db": { tags: [{ Key: "role", Value: "restored" }], settings },
        "wiki-db": { tags: [{ Key: "team", Value: "x" }], settings: { ...settings, CopyTagsToSnapshot: true } },
      })[name],
    snapshot: (name) => (name === "before" ? { tags: [], settings } : undefined),
    cluster: () => undefined,
    clusterSnapshot: () => ({ tags: [], settings: { Engine: "aurora-postgresql", EngineVersion: "16.4" } }),
  },
  autoScaling: {
    targetArn: (id) => (id === "service/crm/web" ? in_("application-autoscaling", "scalable-target/0f9a") : undefined),
  },
  lambda: { executionOfCallback: (id) => (id === "callback" ? EXECUTION : undefined) },
};
const demands = allDemands(known);
const asked = (service: string, operation: string, input: object) => demands[service]![operation]!(input as never);
/** `ACTION RESOURCE`, one for each demand. */
const lines = (service: string, operation: string, input: object) =>
  asked(service, operation, input).map(({ action, resource }) => `${action} ${resource}`);
const valuesFor = (service: string, operation: string, input: object, position = 0) =>
  asked(service, operation, input)[position]?.values;

describe("ECS asks", () => {
  test("for the revision, the tags of the new task and the roles that it gets, when a task is run", () => {
    const run = { cluster: "crm", taskDefinition: "crm", tags: [{ key: "Operation", value: "op" }] };
    expect(lines("ECS", "RunTask", run)).toEqual([
      `ecs:RunTask ${REVISION}`,
      `ecs:TagResource ${in_("ecs", "task/crm/*")}`,
      `iam:PassRole ${role("task")}`,
      `iam:PassRole ${role("execution")}`,
    ]);
    expect(valuesFor("ECS", "RunTask", run)).toEqual({
      "ecs:cluster": in_("ecs", "cluster/crm"),
      "aws:requesttag/operation": "op",
      "aws:tagkeys": ["Operation"],
    });
    expect(valuesFor("ECS", "RunTask", run, 1)).toMatchObject({ "ecs:createaction": "RunTask" });
    expect(valuesFor("ECS", "RunTask", run, 2)).toEqual({ "iam:passedtoservice": "ecs-tasks.amazonaws.com" });
  });

  test("for the roles of overrides in the place of the revision's, and for those of volumes", () => {
    const overrides = { taskRoleArn: role("other"), executionRoleArn: role("other") };
    const volumeConfigurations = [{ name: "data", managedEBSVolume: { roleArn: role("volumes") } }];
    const run = { cluster: "crm", taskDefinition: REVISION, overrides, volumeConfigurations };
    expect(lines("ECS", "RunTask", run)).toEqual([
      `ecs:RunTask ${REVISION}`,
      `iam:PassRole ${role("other")}`,
      `iam:PassRole ${role("volumes")}`,
    ]);
    expect(valuesFor("ECS", "RunTask", run, 2)).toEqual({ "iam:passedtoservice": "ecs.amazonaws.com" });
  });

  test("for all revisions of a family where one is registered", () => {
    const register = { family: "crm", taskRoleArn: "task", tags: [{ key: "a", value: "b" }] };
    expect(lines("ECS", "RegisterTaskDefinition", register)).toEqual([
      `ecs:RegisterTaskDefinition ${in_("ecs", "task-definition/crm:*")}`,
      `ecs:TagResource ${in_("ecs", "task-definition/crm:*")}`,
      `iam:PassRole ${role("task")}`,
    ]);
  });

  test("for roles at a service only where it is given a task definition", () => {
    const update = { cluster: "crm", service: "web", desiredCount: 0 };
    expect(lines("ECS", "UpdateService", update)).toEqual([`ecs:UpdateService ${in_("ecs", "service/crm/web")}`]);
    expect(lines("ECS", "UpdateService", { ...update, taskDefinition: "crm:7" })).toHaveLength(3);
    expect(valuesFor("ECS", "UpdateService", { ...update, taskDefinition: "crm:7" })).toMatchObject({
      "ecs:task-definition": REVISION,
    });
  });

  test("for each task by its own tags, and for a list of them on nothing but the cluster's key", () => {
    const stop = { cluster: in_("ecs", "cluster/crm"), task: "a1" };
    expect(lines("ECS", "StopTask", stop)).toEqual([`ecs:StopTask ${in_("ecs", "task/crm/a1")}`]);
    expect(valuesFor("ECS", "StopTask", stop)).toEqual({
      "aws:resourcetag/target": "crm",
      "ecs:resourcetag/target": "crm",
      "ecs:cluster": in_("ecs", "cluster/crm"),
    });
    expect(lines("ECS", "DescribeTasks", { cluster: "crm", tasks: ["a1", in_("ecs", "task/crm/b2")] })).toEqual([
      `ecs:DescribeTasks ${in_("ecs", "task/crm/a1")}`,
      `ecs:DescribeTasks ${in_("ecs", "task/crm/b2")}`,
    ]);
    expect(asked("ECS", "ListTasks", { cluster: "crm" })).toEqual([
      { action: "ecs:ListTasks", resource: "*", values: { "ecs:cluster": in_("ecs", "cluster/crm") } },
    ]);
    expect(lines("ECS", "ListTasks", { cluster: "crm", containerInstance: "i1" })).toEqual([
      `ecs:ListTasks ${in_("ecs", "container-instance/crm/i1")}`,
    ]);
  });
});

describe("Elastic Load Balancing asks", () => {
  test("for the listener where a rule is made, and for its tags on any rule of the listener", () => {
    const create = { ListenerArn: LISTENER, Tags: [{ Key: "intermission:target", Value: "crm" }] };
    expect(lines("Elastic Load Balancing v2", "CreateRule", create)).toEqual([
      `elasticloadbalancing:CreateRule ${LISTENER}`,
      `elasticloadbalancing:AddTags ${LISTENER.replace(":listener/", ":listener-rule/")}/*`,
    ]);
    expect(valuesFor("Elastic Load Balancing v2", "CreateRule", create, 1)).toEqual({
      "aws:requesttag/intermission:target": "crm",
      "aws:tagkeys": ["intermission:target"],
      "elasticloadbalancing:createaction": "CreateRule",
    });
    expect(lines("Elastic Load Balancing v2", "CreateRule", { ListenerArn: LISTENER })).toHaveLength(1);
  });

  test("for a rule by its tags where it is deleted, and for each rule that moves, whose tags count for nothing", () => {
    expect(asked("Elastic Load Balancing v2", "DeleteRule", { RuleArn: RULE })).toEqual([
      {
        action: "elasticloadbalancing:DeleteRule",
        resource: RULE,
        values: {
          "aws:resourcetag/intermission:target": "crm",
          "elasticloadbalancing:resourcetag/intermission:target": "crm",
        },
      },
    ]);
    const RulePriorities = [
      { RuleArn: RULE, Priority: 1 },
      { RuleArn: `${RULE}0`, Priority: 2 },
    ];
    expect(asked("Elastic Load Balancing v2", "SetRulePriorities", { RulePriorities })).toEqual([
      { action: "elasticloadbalancing:SetRulePriorities", resource: RULE },
      { action: "elasticloadbalancing:SetRulePriorities", resource: `${RULE}0` },
    ]);
  });
});

describe("RDS asks", () => {
  test("for the database and for the snapshot's own name, and once more for its tags", () => {
    const create = { DBInstanceIdentifier: "crm-db", DBSnapshotIdentifier: "Now", Tags: [{ Key: "a", Value: "b" }] };
    expect(lines("RDS", "CreateDBSnapshot", create)).toEqual([
      `rds:CreateDBSnapshot ${in_("rds", "db:crm-db")}`,
      `rds:CreateDBSnapshot ${in_("rds", "snapshot:now")}`,
      `rds:AddTagsToResource ${in_("rds", "snapshot:now")}`,
    ]);
    expect(valuesFor("RDS", "CreateDBSnapshot", create)).toEqual({
      "aws:resourcetag/role": "restored",
      "rds:db-tag/role": "restored",
      "aws:requesttag/a": "b",
      "rds:req-tag/a": "b",
      "aws:tagkeys": ["a"],
    });
  });

  test("for tags that a snapshot inherits as well, which are not the request's", () => {
    const create = { DBInstanceIdentifier: "wiki-db", DBSnapshotIdentifier: "now", Tags: [{ Key: "a", Value: "b" }] };
    expect(asked("RDS", "CreateDBSnapshot", create).slice(2)).toEqual(
      [
        { "aws:requesttag/a": "b", "rds:req-tag/a": "b", "aws:tagkeys": ["a"], "rds:tagsfromrequest": "true" },
        {
          "aws:requesttag/team": "x",
          "rds:req-tag/team": "x",
          "aws:tagkeys": ["team"],
          "rds:tagsfromrequest": "false",
        },
      ].map((values) => ({ action: "rds:AddTagsToResource", resource: in_("rds", "snapshot:now"), values })),
    );
  });

  test("for the last snapshot of a database that is deleted, and for what that inherits", () => {
    const last = { DBInstanceIdentifier: "wiki-db", FinalDBSnapshotIdentifier: "last" };
    expect(lines("RDS", "DeleteDBInstance", last)).toEqual([
      `rds:DeleteDBInstance ${in_("rds", "db:wiki-db")}`,
      `rds:CreateDBSnapshot ${in_("rds", "db:wiki-db")}`,
      `rds:CreateDBSnapshot ${in_("rds", "snapshot:last")}`,
      `rds:AddTagsToResource ${in_("rds", "snapshot:last")}`,
    ]);
    expect(lines("RDS", "DeleteDBCluster", { DBClusterIdentifier: "crm", SkipFinalSnapshot: true })).toEqual([
      `rds:DeleteDBCluster ${in_("rds", "cluster:crm")}`,
    ]);
    expect(lines("RDS", "DeleteDBCluster", { DBClusterIdentifier: "crm", FinalDBSnapshotIdentifier: "last" })).toEqual(
      ["DeleteDBCluster", "CreateDBClusterSnapshot"].flatMap((operation) => [
        `rds:${operation} ${in_("rds", "cluster:crm")}`,
        `rds:${operation} ${in_("rds", "cluster-snapshot:last")}`,
      ]),
    );
  });

  test("for everything that a restored instance is made of, RDS's own choices too, and for the key", () => {
    const restore = {
      DBInstanceIdentifier: "crm-db-restored",
      DBSnapshotIdentifier: "before",
      DBSubnetGroupName: "private",
      Tags: [{ Key: "a", Value: "b" }],
    };
    expect(lines("RDS", "RestoreDBInstanceFromDBSnapshot", restore)).toEqual([
      ...[
        "db:crm-db-restored",
        "snapshot:before",
        "subgrp:private",
        "pg:default.postgres16",
        "og:default:postgres-16",
      ].map((resource) => `rds:RestoreDBInstanceFromDBSnapshot ${in_("rds", resource)}`),
      `rds:AddTagsToResource ${in_("rds", "db:crm-db-restored")}`,
      `kms:DescribeKey ${KEY}`,
      `kms:CreateGrant ${KEY}`,
    ]);
    expect(valuesFor("RDS", "RestoreDBInstanceFromDBSnapshot", restore, 7)).toEqual({
      "kms:viaservice": "rds.eu-central-1.amazonaws.com",
      "kms:calleraccount": "111122223333",
      "kms:grantisforawsresource": "true",
    });
  });

  test("for a restored cluster and for each member that is made in it", () => {
    const restore = { DBClusterIdentifier: "crm", SnapshotIdentifier: "before", Engine: "aurora-postgresql" };
    expect(lines("RDS", "RestoreDBClusterFromSnapshot", restore)).toEqual(
      [
        "cluster:crm",
        "cluster-snapshot:before",
        "subgrp:default",
        "cluster-pg:default.aurora-postgresql16",
        "og:default:aurora-postgresql-16",
      ].map((resource) => `rds:RestoreDBClusterFromSnapshot ${in_("rds", resource)}`),
    );
    const roles = {
      MonitoringRoleArn: role("monitoring"),
      DomainIAMRoleName: "domain",
      AssociatedRoles: [{ RoleArn: role("exports") }],
    };
    expect(lines("RDS", "RestoreDBClusterFromSnapshot", { ...restore, ...roles }).slice(5)).toEqual(
      ["monitoring", "domain", "exports"].map((name) => `iam:PassRole ${role(name)}`),
    );
    const member = { DBInstanceIdentifier: "crm-1", DBClusterIdentifier: "crm", MonitoringRoleArn: role("monitoring") };
    expect(lines("RDS", "CreateDBInstance", member)).toEqual([
      `rds:CreateDBInstance ${in_("rds", "db:crm-1")}`,
      `rds:CreateDBInstance ${in_("rds", "cluster:crm")}`,
      `iam:PassRole ${role("monitoring")}`,
    ]);
  });

  test("for both names of a database that is renamed", () => {
    expect(
      lines("RDS", "ModifyDBInstance", { DBInstanceIdentifier: "crm-db", NewDBInstanceIdentifier: "aside" }),
    ).toEqual(["crm-db", "aside"].map((name) => `rds:ModifyDBInstance ${in_("rds", `db:${name}`)}`));
    expect(lines("RDS", "ModifyDBCluster", { DBClusterIdentifier: "crm", NewDBClusterIdentifier: "aside" })).toEqual(
      ["crm", "aside"].map((name) => `rds:ModifyDBCluster ${in_("rds", `cluster:${name}`)}`),
    );
  });

  test("for all databases where a description names none", () => {
    expect(lines("RDS", "DescribeDBInstances", {})).toEqual([`rds:DescribeDBInstances ${in_("rds", "db:*")}`]);
    expect(lines("RDS", "DescribeDBInstances", { DBInstanceIdentifier: "crm-db" })).toEqual([
      `rds:DescribeDBInstances ${in_("rds", "db:crm-db")}`,
    ]);
    expect(lines("RDS", "DescribeDBSnapshots", { DBInstanceIdentifier: "crm-db" })).toEqual([
      `rds:DescribeDBSnapshots ${in_("rds", "db:crm-db")}`,
    ]);
  });
});

describe("the other services ask", () => {
  test.each<[service: string, operation: string, input: object, ...lines: string[]]>([
    [
      "Lambda",
      "Invoke",
      { FunctionName: "runbook:live" },
      `lambda:InvokeFunction ${in_("lambda", "function:runbook:live")}`,
    ],
    [
      "Lambda",
      "Invoke",
      { FunctionName: in_("lambda", "function:runbook"), Qualifier: "live" },
      `lambda:InvokeFunction ${in_("lambda", "function:runbook:live")}`,
    ],
    ["Lambda", "Invoke", { FunctionName: "runbook" }, `lambda:InvokeFunction ${in_("lambda", "function:runbook")}`],
    [
      "Lambda",
      "CheckpointDurableExecution",
      { DurableExecutionArn: EXECUTION },
      `lambda:CheckpointDurableExecution ${EXECUTION}`,
    ],
    [
      "Lambda",
      "SendDurableExecutionCallbackSuccess",
      { CallbackId: "callback" },
      `lambda:SendDurableExecutionCallbackSuccess ${EXECUTION}`,
    ],
    [
      "DynamoDB",
      "Query",
      { TableName: "memory", IndexName: "active" },
      `dynamodb:Query ${in_("dynamodb", "table/memory/index/active")}`,
    ],
    ["DynamoDB", "PutItem", { TableName: "memory" }, `dynamodb:PutItem ${in_("dynamodb", "table/memory")}`],
    [
      "CloudWatch Logs",
      "FilterLogEvents",
      { logGroupName: "/crm" },
      `logs:FilterLogEvents ${in_("logs", "log-group:/crm:log-stream:")}`,
    ],
    [
      "CloudWatch Logs",
      "GetLogEvents",
      { logGroupIdentifier: in_("logs", "log-group:/crm:*"), logStreamName: "app/1" },
      `logs:GetLogEvents ${in_("logs", "log-group:/crm:log-stream:app/1")}`,
    ],
    [
      "ECR",
      "DescribeImages",
      { repositoryName: "crm", registryId: "444455556666" },
      "ecr:DescribeImages arn:aws:ecr:eu-central-1:444455556666:repository/crm",
    ],
    ["EventBridge", "DisableRule", { Name: "nightly" }, `events:DisableRule ${in_("events", "rule/nightly")}`],
    [
      "EventBridge",
      "DescribeRule",
      { Name: "nightly", EventBusName: "jobs" },
      `events:DescribeRule ${in_("events", "rule/jobs/nightly")}`,
    ],
    [
      "EventBridge",
      "PutEvents",
      { Entries: [{ EventBusName: "intermission" }] },
      `events:PutEvents ${in_("events", "event-bus/intermission")}`,
    ],
    [
      "EventBridge",
      "PutTargets",
      { Rule: "nightly", Targets: [{ RoleArn: role("events") }, { RoleArn: role("events") }] },
      `events:PutTargets ${in_("events", "rule/nightly")}`,
      `iam:PassRole ${role("events")}`,
    ],
    [
      "Scheduler",
      "UpdateSchedule",
      { Name: "nightly", GroupName: "jobs", Target: { RoleArn: role("schedules") } },
      `scheduler:UpdateSchedule ${in_("scheduler", "schedule/jobs/nightly")}`,
      `iam:PassRole ${role("schedules")}`,
    ],
    ["STS", "GetCallerIdentity", {}],
  ])("%s for %s %o", (service, operation, input, ...expected) => {
    expect(lines(service, operation, input)).toEqual(expected);
  });

  test("Application Auto Scaling for what it takes to scale the service, which it tries before it registers one", () => {
    const register = {
      ServiceNamespace: "ecs",
      ResourceId: "service/crm/web",
      ScalableDimension: "ecs:service:DesiredCount",
    };
    expect(asked("Application Auto Scaling", "RegisterScalableTarget", register)).toEqual([
      {
        action: "application-autoscaling:RegisterScalableTarget",
        resource: in_("application-autoscaling", "scalable-target/0f9a"),
        values: {
          "application-autoscaling:service-namespace": "ecs",
          "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
        },
      },
      ...["ecs:DescribeServices", "ecs:UpdateService"].map((action) => ({
        action,
        resource: in_("ecs", "service/crm/web"),
        values: { "ecs:cluster": in_("ecs", "cluster/crm") },
        triedFirst: true,
      })),
    ]);
    expect(
      lines("Application Auto Scaling", "RegisterScalableTarget", { ...register, ResourceId: "service/crm/new" })[0],
    ).toBe(`application-autoscaling:RegisterScalableTarget ${in_("application-autoscaling", "scalable-target/*")}`);
  });
});
