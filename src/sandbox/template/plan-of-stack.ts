import { join, resolve } from "node:path";
import { z } from "zod";
import type { HostedFunction, HostedRule, HostingPlan } from "../hosting-plan.ts";
import { httpApisOf } from "./http-apis.ts";
import { requirePermission } from "./permissions.ts";
import { requireDuties } from "./role-duties.ts";
import { rolesOf } from "./roles.ts";
import type { Stack, StackResource } from "./stack.ts";

const functionProperties = z.object({
  Role: z.string(),
  Handler: z.string().regex(/^index\.\w+$/),
  Runtime: z.literal("nodejs24.x"),
  Timeout: z.number(),
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  DurableConfig: z.object({ ExecutionTimeout: z.number(), RetentionPeriodInDays: z.number() }).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  LoggingConfig: z.object({ LogGroup: z.string() }),
});
const aliasProperties = z.object({ FunctionName: z.string(), Name: z.string() });
const mappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(100),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
});
const ruleProperties = z.object({
  EventBusName: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.literal("ENABLED").default("ENABLED"),
  Targets: z.array(z.object({ Arn: z.string() })).length(1),
});

/** What stands beside the functions and changes nothing about what they do. */
const BESIDE = new Set([
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::EC2::SecurityGroup",
  "AWS::EC2::VPCEndpoint",
  "AWS::EventSchemas::Registry",
  "AWS::EventSchemas::Schema",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
]);
const HOSTED = new Set([
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  "AWS::DynamoDB::Table",
  "AWS::Events::EventBus",
  "AWS::Events::Rule",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Alias",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Lambda::Version",
  "AWS::SQS::Queue",
]);

/**
 * What the sandbox must host to be what the stack would be. `directory` is where the template's assets are. Throws for whatever the
 * template has that nothing here knows: what is left out in silence would not be tested.
 */
export function planOfStack(stack: Stack, directory: string): HostingPlan {
  const unknown = stack.types.filter((type) => !BESIDE.has(type) && !HOSTED.has(type));
  if (unknown.length > 0) throw new Error(`the template has resources that are not known here: ${unknown.join(", ")}`);
  const [table, ...further] = stack.all("AWS::DynamoDB::Table");
  if (!table || further.length > 0) throw new Error("expected one table in the template");
  const functions = stack.all("AWS::Lambda::Function");
  const nameOf = (reference: string): string => {
    const name = functions.find(
      ({ ref, arn }) => [ref, arn].includes(reference) || reference.startsWith(`${arn}:`),
    )?.ref;
    if (!name) throw new Error(`the template invokes ${reference}, which is none of its functions`);
    return name;
  };
  const mappings = stack
    .all("AWS::Lambda::EventSourceMapping")
    .map(({ properties }) => mappingProperties.parse(properties));
  const streaming = mappings.find(({ EventSourceArn }) => EventSourceArn.startsWith(`${table.arn}/stream/`));
  const apis = httpApisOf(stack);
  for (const { id, routes } of apis)
    for (const { functionArn } of routes)
      requirePermission(stack, { functionArn, principal: "apigateway.amazonaws.com", source: `:${id}/` });

  return {
    table: table.ref,
    functions: functions.map((each) => hosted(each, { stack, directory, mappings, nameOf })),
    rules: stack.all("AWS::Events::Rule").map((rule) => ruleOf(rule, { stack, nameOf })),
    ...(streaming && {
      stream: {
        functionName: nameOf(streaming.FunctionName),
        filters: streaming.FilterCriteria?.Filters.map(({ Pattern }) => JSON.parse(Pattern) as object) ?? [],
        batchSize: streaming.BatchSize,
      },
    }),
    buses: stack.all("AWS::Events::EventBus").map(({ ref }) => ref),
    apis: apis.map(({ name, routes, throttle }) => ({
      ...{ name, throttle },
      routes: routes.map(({ functionArn, ...route }) => ({ ...route, functionName: nameOf(functionArn) })),
    })),
  };
}

type Mapping = z.output<typeof mappingProperties>;
type Around = { stack: Stack; directory: string; mappings: Mapping[]; nameOf: (reference: string) => string };

function hosted(resource: StackResource, { stack, directory, mappings, nameOf }: Around): HostedFunction {
  const { ref: functionName, properties, assetPath } = resource;
  if (!assetPath) throw new Error(`the template does not say where the code of ${functionName} is`);
  const read = functionProperties.parse(properties);
  const { Role, Handler, Timeout, MemorySize, Environment, DurableConfig, DeadLetterConfig, LoggingConfig } = read;
  const role = rolesOf(stack).find(({ arn }) => arn === Role);
  if (!role) throw new Error(`${functionName} has the role ${Role}, which is not in the template`);
  const deadLetters = mappings.find(({ EventSourceArn }) => EventSourceArn === DeadLetterConfig?.TargetArn);
  requireDuties(role, {
    functionName,
    logGroupArn: stack.find("AWS::Logs::LogGroup", LoggingConfig.LogGroup)?.arn.replace(/:\*$/, "") ?? "",
    deadLettersArn: DeadLetterConfig?.TargetArn,
    sourceArns: mappings
      .filter(({ FunctionName }) => nameOf(FunctionName) === functionName)
      .map(({ EventSourceArn }) => EventSourceArn),
  });
  return {
    functionName,
    role: role.name,
    policies: role.policies,
    bundle: join(resolve(directory, assetPath), "index.mjs"),
    handler: Handler.replace("index.", ""),
    environment: Environment.Variables,
    timeoutMs: Timeout * 1_000,
    memoryMb: MemorySize,
    aliases: stack
      .all("AWS::Lambda::Alias")
      .map(({ properties: alias }) => aliasProperties.parse(alias))
      .filter(({ FunctionName }) => nameOf(FunctionName) === functionName)
      .map(({ Name }) => Name),
    ...(DurableConfig && {
      durableConfig: {
        executionTimeoutSeconds: DurableConfig.ExecutionTimeout,
        retentionPeriodInDays: DurableConfig.RetentionPeriodInDays,
      },
    }),
    ...(deadLetters && { deadLettersTo: nameOf(deadLetters.FunctionName) }),
  };
}

function ruleOf(rule: StackResource, { stack, nameOf }: Pick<Around, "stack" | "nameOf">): HostedRule {
  const { EventBusName, EventPattern, ScheduleExpression, Targets } = ruleProperties.parse(rule.properties);
  const [{ Arn: functionArn } = { Arn: "" }] = Targets;
  requirePermission(stack, { functionArn, principal: "events.amazonaws.com", source: rule.arn });
  const common = { name: rule.ref, functionName: nameOf(functionArn), ...(EventBusName && { bus: EventBusName }) };
  if (EventPattern) return { ...common, pattern: EventPattern };
  if (ScheduleExpression) return { ...common, schedule: ScheduleExpression };
  throw new Error(`the rule ${rule.logicalId} has neither a pattern nor a schedule`);
}
