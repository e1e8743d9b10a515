import { describe, expect, it } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { everyOption } from "./every-option.ts";
import { all, one, synthesised } from "./synthesised.ts";

const { endpoints: _, ...network } = everyOption.network;
const plain = await synthesised();
const without = await synthesised({ network });
const made = await synthesised({ network: everyOption.network });

const NEEDED_BESIDES = ["DYNAMODB", "LAMBDA"];
const variableOf = (serviceId: string) => `AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(" ", "_")}`;
const variablesOf = (from: typeof made, name: string) =>
  (
    one(from, "AWS::Lambda::Function", { FunctionName: `intermission-${name}` }).Environment as {
      Variables: Record<string, string>;
    }
  ).Variables;

describe("a private load balancer", () => {
  it("has the two functions that ask it run in its VPC, and no other", () => {
    for (const { FunctionName, VpcConfig } of all(without, "AWS::Lambda::Function")) {
      const inVpc = ["intermission-api", "intermission-runbook"].includes(FunctionName);
      expect([FunctionName, VpcConfig]).toEqual([
        FunctionName,
        inVpc ? { SubnetIds: network.subnets, SecurityGroupIds: network.securityGroups } : undefined,
      ]);
    }
    for (const { VpcConfig } of all(plain, "AWS::Lambda::Function")) expect(VpcConfig).toBeUndefined();
  });

  it("lets Lambda make the functions' interfaces, and not their code", () => {
    const denials = all(without, "AWS::IAM::Policy");
    expect(denials.map(({ Roles }) => String(Roles)).sort()).toEqual(["<ApiRole>", "<RunbookRole>"]);
    for (const { PolicyDocument, Roles } of denials) {
      const name = Roles[0] === "<ApiRole>" ? "api" : "runbook";
      expect(PolicyDocument.Statement).toEqual([
        {
          Sid: "OnlyLambdaItself",
          Effect: "Deny",
          Action: expect.arrayContaining(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]),
          Resource: "*",
          Condition: {
            ArnEquals: {
              "lambda:SourceFunctionArn": `arn:aws:lambda:eu-central-1:111122223333:function:intermission-${name}`,
            },
          },
        },
      ]);
    }
    const granted = all(without, "AWS::IAM::ManagedPolicy").flatMap(({ PolicyDocument: { Statement } }) =>
      Statement.flatMap(({ Action }: { Action: string | string[] }) => Action).filter((action: string) =>
        action.startsWith("ec2:"),
      ),
    );
    const denied = new Set(denials.flatMap(({ PolicyDocument }) => PolicyDocument.Statement[0].Action));
    expect(granted.length).toBeGreaterThan(0);
    expect(granted.filter((action) => !denied.has(action))).toEqual([]);
  });

  it("gets no endpoints unasked", () => {
    expect(all(without, "AWS::EC2::VPCEndpoint")).toEqual([]);
    expect(all(without, "AWS::EC2::SecurityGroup")).toEqual([]);
    expect(JSON.stringify(variablesOf(without, "runbook"))).not.toContain("AWS_ENDPOINT_URL");
  });
});

describe("endpoints", () => {
  it("are there for every service that the functions call, and the functions are told of them", () => {
    const { logs, ...clients } = createClients({ region: "eu-central-1" });
    const called = [...Object.values(clients), logs("eu-central-1")].map(({ config }) => variableOf(config.serviceId));
    const expected = [...called, ...NEEDED_BESIDES.map(variableOf)].sort();
    for (const name of ["api", "runbook"]) {
      const told = Object.keys(variablesOf(made, name)).filter((variable) => variable.startsWith("AWS_ENDPOINT_URL"));
      expect(told.sort()).toEqual(expected);
    }
    expect(all(made, "AWS::EC2::VPCEndpoint")).toHaveLength(expected.length);
    for (const name of ["execution-ended", "announce", "watch"])
      expect(JSON.stringify(variablesOf(made, name))).not.toContain("AWS_ENDPOINT_URL");
  });

  it("lead nothing else in the VPC to them, which they would not let in", () => {
    for (const endpoint of all(made, "AWS::EC2::VPCEndpoint"))
      expect(endpoint).toMatchObject({
        VpcEndpointType: "Interface",
        VpcId: network.vpc,
        SubnetIds: network.subnets,
        PrivateDnsEnabled: false,
        SecurityGroupIds: ["<EndpointsSecurityGroup.GroupId>"],
      });
  });

  it("are asked by their own names, each service by its own", () => {
    const variables = variablesOf(made, "runbook");
    expect(variables.AWS_ENDPOINT_URL_ECS).toMatch(/^https:\/\/select\(/);
    expect(variables.AWS_ENDPOINT_URL_ECS).toContain("<Endpointecs.DnsEntries>");
    expect(variables.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2).toContain("<Endpointelasticloadbalancing.DnsEntries>");
    const services = all(made, "AWS::EC2::VPCEndpoint").map(({ ServiceName }) =>
      String(ServiceName).replace(/.*eu-central-1\./, ""),
    );
    expect(services.sort()).toEqual(
      [
        "application-autoscaling",
        "dynamodb",
        "ecr.api",
        "ecs",
        "elasticloadbalancing",
        "events",
        "lambda",
        "logs",
        "rds",
        "scheduler",
      ].sort(),
    );
  });

  it("let in nobody but the functions' security groups, by HTTPS", () => {
    const ingress = all(made, "AWS::EC2::SecurityGroupIngress");
    const [group] = all(made, "AWS::EC2::SecurityGroup");
    const rules = [...ingress, ...(group!.SecurityGroupIngress ?? [])];
    expect(rules.map(({ SourceSecurityGroupId }) => String(SourceSecurityGroupId)).sort()).toEqual(
      network.securityGroups,
    );
    for (const rule of rules) {
      expect(rule).toMatchObject({ IpProtocol: "tcp", FromPort: 443, ToPort: 443 });
      expect(rule.CidrIp ?? rule.CidrIpv6).toBeUndefined();
    }
  });
});
