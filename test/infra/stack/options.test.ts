import { describe, expect, it } from "vitest";
import { z } from "zod";
import { deploymentSchema } from "../../../src/targets/deployment-schema.ts";
import { everyOption } from "./every-option.ts";
import { all, exampleWith, inFolders, type Made, one, PATIENT, synthesised } from "./synthesised.ts";

const every = await synthesised(everyOption);
const functionOf = (made: Made, name: string) => one(made, "AWS::Lambda::Function", { FunctionName: name });
const variables = (name: string) =>
  (functionOf(every, name).Environment as { Variables: Record<string, string> }).Variables;

/** Each option by its path, and what it says in the template. */
const says: Record<string, () => void | Promise<void>> = {
  account: async () => {
    const foreign = await elsewhere();
    expect(foreign.text).not.toContain("111122223333");
    expect(foreign.text).toContain("444455556666");
  },
  region: async () => {
    const foreign = await elsewhere();
    expect(foreign.text).not.toContain("eu-central-1");
    expect(foreign.text).toContain("us-gov-west-1");
    expect(foreign.text).toContain("arn:aws-us-gov:lambda");
  },
  name: () => {
    const names = every.resources.flatMap(
      ({ Properties: { FunctionName, RoleName, AlarmName, QueueName, LogGroupName } }) =>
        [FunctionName, RoleName, AlarmName, QueueName, LogGroupName].filter((each) => typeof each === "string"),
    );
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((each) => !/^(\/aws\/(lambda|vendedlogs)\/)?maintenance[-/]/.test(each))).toEqual([]);
    const held = one(every, "AWS::CloudWatch::Alarm", { AlarmName: "maintenance-held-operation" });
    expect(held.Namespace).toBe("Intermission/maintenance");
    expect(variables("maintenance-watch").INTERMISSION_METRIC_NAMESPACE).toBe("Intermission/maintenance");
  },
  "github.issuer": () => {
    expect(variables("maintenance-api").INTERMISSION_OIDC_ISSUER).toBe(everyOption.github.issuer);
  },
  "github.audience": () => {
    expect(variables("maintenance-api").INTERMISSION_OIDC_AUDIENCE).toBe("windows");
  },
  "github.jwtAuthorizer": () => {
    expect(all(every, "AWS::ApiGatewayV2::Authorizer")).toHaveLength(1);
  },
  "network.vpc": () => {
    expect(all(every, "AWS::EC2::SecurityGroup")[0]!.VpcId).toBe(everyOption.network.vpc);
  },
  "network.subnets": () => {
    expect(functionOf(every, "maintenance-api").VpcConfig.SubnetIds).toEqual(everyOption.network.subnets);
  },
  "network.availabilityZones": async () => {
    const network = { ...everyOption.network, availabilityZones: ["eu-central-1a"] };
    await expect(synthesised({ network })).rejects.toThrow("deployment.network.availabilityZones");
  },
  "network.securityGroups": () => {
    expect(functionOf(every, "maintenance-api").VpcConfig.SecurityGroupIds).toEqual(everyOption.network.securityGroups);
  },
  "network.endpoints": () => {
    expect(all(every, "AWS::EC2::VPCEndpoint").length).toBeGreaterThan(5);
  },
  "encryption.key": () => {
    expect(all(every, "AWS::DynamoDB::Table")[0]!.SSESpecification.KMSMasterKeyId).toBe(everyOption.encryption.key);
  },
  permissionsBoundary: () => {
    const roles = all(every, "AWS::IAM::Role");
    expect(roles).toHaveLength(5);
    for (const { PermissionsBoundary } of roles) expect(PermissionsBoundary).toBe(everyOption.permissionsBoundary);
  },
  logRetentionDays: () => {
    for (const { RetentionInDays } of all(every, "AWS::Logs::LogGroup")) expect(RetentionInDays).toBe(90);
  },
  windowsAtOnce: () => {
    expect(variables("maintenance-runbook").INTERMISSION_WINDOWS_AT_ONCE).toBe("25");
  },
  "throttle.requestsPerSecond": () => {
    for (const { DefaultRouteSettings } of all(every, "AWS::ApiGatewayV2::Stage"))
      expect(DefaultRouteSettings.ThrottlingRateLimit).toBe(5);
  },
  "throttle.burst": () => {
    for (const { DefaultRouteSettings } of all(every, "AWS::ApiGatewayV2::Stage"))
      expect(DefaultRouteSettings.ThrottlingBurstLimit).toBe(7);
  },
  "notify.topic": async () => {
    const topic = "arn:aws:sns:eu-central-1:111122223333:oncall";
    const told = await synthesised({ notify: { topic } });
    for (const { AlarmActions } of all(told, "AWS::CloudWatch::Alarm")) expect(AlarmActions).toEqual([topic]);
  },
  "notify.emails": () => {
    expect(all(every, "AWS::SNS::Subscription").map(({ Endpoint }) => Endpoint)).toEqual(everyOption.notify.emails);
  },
  "alarms.longestWindow": () => {
    expect(variables("maintenance-watch").INTERMISSION_LONGEST_WINDOW_MS).toBe("1800000");
  },
  "alarms.longestWait": () => {
    expect(variables("maintenance-watch").INTERMISSION_LONGEST_WAIT_MS).toBe("600000");
  },
  tags: () => {
    const untaggable = new Set([
      "AWS::ApiGatewayV2::Authorizer",
      "AWS::ApiGatewayV2::Integration",
      "AWS::ApiGatewayV2::Route",
      "AWS::CloudWatch::Dashboard",
      "AWS::EC2::SecurityGroupIngress",
      "AWS::IAM::ManagedPolicy",
      "AWS::IAM::Policy",
      "AWS::Lambda::Alias",
      "AWS::Lambda::EventInvokeConfig",
      "AWS::Lambda::Permission",
      "AWS::Lambda::Version",
      "AWS::SNS::Subscription",
      "AWS::SNS::TopicPolicy",
      "AWS::SQS::QueuePolicy",
    ]);
    const tagged = every.resources.filter(({ Type }) => !untaggable.has(Type));
    expect(tagged.length).toBeGreaterThan(50);
    const without = tagged.filter(({ Properties: { Tags } }) => {
      const text = JSON.stringify(Tags ?? []);
      return !text.includes('"night"') || !text.includes('"intermission:deployment"');
    });
    expect(without.map(({ id }) => id)).toEqual([]);
  },
};

/** The example's targets have their resources where the example is, so another place has another target. */
async function elsewhere(): Promise<Made> {
  const { targets, deployment } = await exampleWith({ notify: undefined });
  const moved = JSON.parse(
    JSON.stringify([...targets])
      .replaceAll("arn:aws:", "arn:aws-us-gov:")
      .replaceAll("111122223333", "444455556666")
      .replaceAll("eu-central-1", "us-gov-west-1"),
  ) as [string, never][];
  return inFolders({
    configuration: {
      deployment: { ...deployment!, account: "444455556666", region: "us-gov-west-1", notify: undefined },
      targets: new Map(moved),
    },
  });
}

function pathsOf(schema: z.ZodType, path: string[] = []): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return pathsOf(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, each]) => pathsOf(each as z.ZodType, [...path, key]));
  return [path.join(".")];
}

describe("each option of deployment", () => {
  it("is shown here to say something", () => {
    expect(Object.keys(says).sort()).toEqual(pathsOf(deploymentSchema).sort());
  });

  it.each(Object.entries(says))("%s changes what it says", PATIENT, async (_, check) => check());
});
