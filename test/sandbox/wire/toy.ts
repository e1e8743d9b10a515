import * as autoscaling from "@aws-sdk/client-application-auto-scaling";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
import * as sts from "@aws-sdk/client-sts";
import { createDynamoDb } from "../../../src/sandbox/cloud/dynamodb/dynamodb.ts";
import { createConstraints } from "../../../src/sandbox/wire/constraints.ts";
import { createEndpoint, type EndpointOptions, type Handlers } from "../../../src/sandbox/wire/server.ts";
import { awsError, describeService } from "../../../src/sandbox/wire/service.ts";

export const STARTED = new Date("2026-01-02T03:04:05.678Z");
export const KEY = { accessKeyId: "AKIATOY", secretAccessKey: "secret" };
export const SESSION = { accessKeyId: "ASIATEMP", secretAccessKey: "secret", sessionToken: "token/with+chars==" };

export const EXECUTION = "arn:aws:lambda:us-east-1:1:function:f/durable-execution/x/1";

/** A little state behind every protocol, enough to see what a client makes of it. */
export function createToy(options: Partial<EndpointOptions> = {}) {
  const callbacks: unknown[] = [];
  const handle = createEndpoint({
    mounts: [
      {
        service: describeService(ecs, ecs.ECSClient),
        handlers: ecsHandlers(),
        missing: createConstraints("ecs").missing,
      },
      {
        service: describeService(autoscaling, autoscaling.ApplicationAutoScalingClient),
        handlers: { RegisterScalableTarget: () => ({}) } satisfies Handlers<typeof autoscaling>,
      },
      { service: describeService(elb, elb.ElasticLoadBalancingV2Client), handlers: elbHandlers() },
      {
        service: describeService(rds, rds.RDSClient),
        handlers: rdsHandlers(),
        missing: createConstraints("rds").missing,
      },
      {
        service: describeService(sts, sts.STSClient),
        handlers: {
          GetCallerIdentity: (_input, { accessKeyId }) => ({ Account: "123456789012", UserId: accessKeyId }),
          AssumeRoleWithWebIdentity: () => ({ Audience: "nobody had to sign" }),
        } satisfies Handlers<typeof sts>,
      },
      { service: describeService(lambda, lambda.LambdaClient), handlers: lambdaHandlers(callbacks) },
    ],
    passThrough: [createDynamoDb({ createTableMs: 0 })],
    front: ({ path, query, body }, { accessKeyId }) => ({
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ path, query, accessKeyId, body: Buffer.from(body).toString() }),
    }),
    secrets: (accessKeyId) => [KEY, SESSION].find((key) => key.accessKeyId === accessKeyId),
    ...options,
  });
  return { handle, callbacks };
}

function ecsHandlers(): Handlers<typeof ecs> {
  const web: ecs.Service = { serviceName: "web", createdAt: STARTED, tags: [{ key: "a", value: "<&>\"'" }] };
  const tasks: ecs.Task[] = [];
  return {
    DescribeServices: ({ services = [] }) => ({
      services: services.filter((name) => name === "web").map(() => web),
      failures: services.filter((name) => name !== "web").map((arn) => ({ arn, reason: "MISSING" })),
    }),
    UpdateService({ service, desiredCount }) {
      if (service !== "web") throw awsError(ecs.ServiceNotFoundException$, "Service not found.");
      web.desiredCount = desiredCount;
      return { service: web };
    },
    RunTask({ taskDefinition, overrides }) {
      tasks.push({ taskArn: `task/${tasks.length}`, taskDefinitionArn: taskDefinition, overrides });
      return { tasks: tasks.slice(-1), failures: [] };
    },
    ListTasks: () => ({ taskArns: tasks.flatMap(({ taskArn }) => taskArn ?? []) }),
  };
}

function elbHandlers(): Handlers<typeof elb> {
  const rules: elb.Rule[] = [];
  return {
    CreateRule({ ListenerArn, Priority, Conditions, Actions }) {
      if (rules.some((rule) => rule.Priority === String(Priority)))
        throw awsError(elb.PriorityInUseException$, `Priority '${Priority}' is currently in use`);
      rules.push({ RuleArn: `${ListenerArn}/rule`, Priority: String(Priority), Conditions, Actions, IsDefault: false });
      return { Rules: rules.slice(-1) };
    },
    DescribeRules: () => ({ Rules: rules }),
  };
}

function rdsHandlers(): Handlers<typeof rds> {
  const snapshots = new Map<string, rds.DBSnapshot>();
  return {
    CreateDBSnapshot({ DBSnapshotIdentifier = "", DBInstanceIdentifier, Tags }) {
      if (snapshots.has(DBSnapshotIdentifier))
        throw awsError(rds.DBSnapshotAlreadyExistsFault$, `${DBSnapshotIdentifier} exists & more`);
      const DBSnapshot = { DBSnapshotIdentifier, DBInstanceIdentifier, TagList: Tags, SnapshotCreateTime: STARTED };
      snapshots.set(DBSnapshotIdentifier, DBSnapshot);
      return { DBSnapshot };
    },
    DescribeDBSnapshots({ DBSnapshotIdentifier: id, Filters = [], IncludeShared }) {
      if (id && !snapshots.has(id)) throw awsError(rds.DBSnapshotNotFoundFault$, `DBSnapshot ${id} not found.`);
      const instances = Filters.find(({ Name }) => Name === "db-instance-id")?.Values;
      return {
        DBSnapshots: [...snapshots.values()].filter(
          ({ DBInstanceIdentifier }) => !instances || instances.includes(DBInstanceIdentifier ?? ""),
        ),
        Marker: IncludeShared ? "shared" : undefined,
      };
    },
    DeleteDBSnapshot: () => ({ DBSnapshot: { NoSuchMember: 1 } as rds.DBSnapshot }),
  };
}

function lambdaHandlers(callbacks: unknown[]): Handlers<typeof lambda> {
  return {
    Invoke({ InvocationType, Payload }): Omit<lambda.InvokeCommandOutput, "$metadata"> {
      if (InvocationType === "Event") return { StatusCode: 202, DurableExecutionArn: EXECUTION };
      return { StatusCode: 200, Payload: Payload as lambda.InvokeCommandOutput["Payload"], ExecutedVersion: "$LATEST" };
    },
    GetDurableExecution({ DurableExecutionArn }) {
      if (DurableExecutionArn === EXECUTION)
        return {
          DurableExecutionArn,
          DurableExecutionName: "x",
          FunctionArn: "f",
          StartTimestamp: STARTED,
          Status: "RUNNING",
        };
      throw awsError(lambda.ResourceNotFoundException$, `No durable execution ${DurableExecutionArn}`);
    },
    GetDurableExecutionHistory: ({ ReverseOrder, MaxItems }) => ({
      Events: [],
      NextMarker: `${ReverseOrder} ${MaxItems}`,
    }),
    CheckpointDurableExecution: ({ CheckpointToken }) => ({ CheckpointToken, NewExecutionState: { Operations: [] } }),
    SendDurableExecutionCallbackSuccess({ CallbackId, Result }) {
      callbacks.push([CallbackId, Buffer.from(Result as Uint8Array).toString()]);
      return {};
    },
  };
}
