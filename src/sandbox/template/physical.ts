import { arn, type World } from "../cloud/world.ts";
import { evaluate, type References } from "./intrinsics.ts";
import type { Template } from "./template.ts";

/** What `Ref` and `Fn::GetAtt` answer of a resource that exists. */
export type Physical = { ref: string; attributes: Record<string, string> };

/** Every name and ARN that a stack's resources have, known before anything is made: each is given or follows from one that is. */
export function physicalReferences(
  template: Template,
  { world, stackName, partition = "aws" }: { world: World; stackName: string; partition?: string },
): { references: References; physical: (logicalId: string) => Physical | undefined } {
  const made = new Map<string, Physical>();
  const pseudo: Record<string, string> = {
    "AWS::AccountId": world.account,
    "AWS::Region": world.region,
    "AWS::Partition": partition,
    "AWS::StackName": stackName,
    "AWS::StackId": arn(world, "cloudformation", `stack/${stackName}/${stackName}`),
    "AWS::URLSuffix": "amazonaws.com",
  };

  function physical(logicalId: string): Physical | undefined {
    const known = made.get(logicalId);
    if (known) return known;
    const resource = template.Resources[logicalId];
    const describe = resource && kinds[resource.Type];
    if (!describe) return undefined;
    const given = (property: string): string | undefined => {
      const value = evaluate(resource.Properties[property], references);
      return typeof value === "string" ? value : undefined;
    };
    const makeName = () => `${stackName}-${logicalId}`;
    const result = describe({ given, makeName, world });
    made.set(logicalId, result);
    return result;
  }

  const references: References = {
    ref(logicalId) {
      const parameter = template.Parameters[logicalId];
      if (parameter) return parameter.Default;
      return pseudo[logicalId] ?? physical(logicalId)?.ref ?? unknown(logicalId, logicalId);
    },
    attribute: (logicalId, name) =>
      physical(logicalId)?.attributes[name] ?? unknown(`${name} of ${logicalId}`, logicalId),
  };
  return { references, physical };

  function unknown(what: string, logicalId: string): never {
    const { Type = "nothing that is in it" } = template.Resources[logicalId] ?? {};
    throw new Error(`the template refers to ${what} (${Type}), which is not known here`);
  }
}

type Given = {
  given: (property: string) => string | undefined;
  makeName: () => string;
  world: World;
};

const global = (world: World, service: string, resource: string) => `arn:aws:${service}::${world.account}:${resource}`;
const byName =
  (property: string, service: string, prefix: string, arnAttribute = "Arn") =>
  ({ given, makeName, world }: Given): Physical => {
    const name = given(property) ?? makeName();
    return { ref: name, attributes: { [arnAttribute]: arn(world, service, `${prefix}${name}`) } };
  };
/** Things that are referred to, and known by an id that AWS makes up. */
const byId = ({ world }: Given): Physical => ({ ref: world.ids.hex(10), attributes: {} });

const kinds: Record<string, (given: Given) => Physical> = {
  "AWS::Lambda::Function": byName("FunctionName", "lambda", "function:"),
  "AWS::Lambda::Version": (given) => {
    const versionArn = `${functionArn(given)}:1`;
    return { ref: versionArn, attributes: { Version: "1", FunctionArn: versionArn } };
  },
  "AWS::Lambda::Alias": (given) => {
    const aliasArn = `${functionArn(given)}:${given.given("Name")}`;
    return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
  },
  "AWS::DynamoDB::Table": ({ given, makeName, world }) => {
    const name = given("TableName") ?? makeName();
    const tableArn = arn(world, "dynamodb", `table/${name}`);
    return { ref: name, attributes: { Arn: tableArn, StreamArn: `${tableArn}/stream/2026-01-01T00:00:00.000` } };
  },
  "AWS::SQS::Queue": ({ given, makeName, world }) => {
    const name = given("QueueName") ?? makeName();
    return {
      ref: `https://sqs.${world.region}.amazonaws.com/${world.account}/${name}`,
      attributes: { Arn: arn(world, "sqs", name), QueueName: name },
    };
  },
  "AWS::IAM::Role": ({ given, makeName, world }) => {
    const name = given("RoleName") ?? makeName();
    return { ref: name, attributes: { Arn: global(world, "iam", `role/${name}`) } };
  },
  "AWS::IAM::ManagedPolicy": ({ given, makeName, world }) => ({
    ref: global(world, "iam", `policy/${given("ManagedPolicyName") ?? makeName()}`),
    attributes: {},
  }),
  "AWS::Events::EventBus": ({ given, makeName, world }) => {
    const name = given("Name") ?? makeName();
    return { ref: name, attributes: { Name: name, Arn: arn(world, "events", `event-bus/${name}`) } };
  },
  "AWS::Events::Rule": byName("Name", "events", "rule/"),
  "AWS::Logs::LogGroup": ({ given, makeName, world }) => {
    const name = given("LogGroupName") ?? makeName();
    return { ref: name, attributes: { Arn: `${arn(world, "logs", `log-group:${name}`)}:*` } };
  },
  "AWS::SNS::Topic": ({ given, makeName, world }) => {
    const name = given("TopicName") ?? makeName();
    const topicArn = arn(world, "sns", name);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
  "AWS::KMS::Key": (given) => {
    const keyId = byId(given).ref;
    return { ref: keyId, attributes: { Arn: arn(given.world, "kms", `key/${keyId}`), KeyId: keyId } };
  },
  "AWS::CloudWatch::Alarm": byName("AlarmName", "cloudwatch", "alarm:"),
  "AWS::ApiGatewayV2::Api": ({ world }) => {
    const id = world.ids.hex(10);
    return {
      ref: id,
      attributes: { ApiEndpoint: `https://${id}.execute-api.${world.region}.amazonaws.com`, ApiId: id },
    };
  },
  "AWS::ApiGatewayV2::Integration": byId,
  "AWS::ApiGatewayV2::Authorizer": byId,
  "AWS::ApiGatewayV2::Stage": ({ given }) => ({ ref: given("StageName") ?? "$default", attributes: {} }),
};

/** Versions and aliases name their function, or give its ARN. */
function functionArn({ given, world }: Given): string {
  const reference = given("FunctionName") ?? "";
  return reference.startsWith("arn:") ? reference : arn(world, "lambda", `function:${reference}`);
}
