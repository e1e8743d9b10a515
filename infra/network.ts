import { Fn } from "aws-cdk-lib";
import {
  InterfaceVpcEndpointAwsService as AwsService,
  InterfaceVpcEndpoint,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Names } from "./names.ts";
import { interfaceActions } from "./permissions/engine.ts";

export type Network = {
  vpc: IVpc;
  subnets: SubnetSelection;
  securityGroups: ISecurityGroup[];
  /** By which the SDK finds the endpoints. */
  environment: Record<string, string>;
};

/** The services that the functions in a VPC call, by the variable from which the SDK reads the endpoint of one. */
export const calledServices: Record<string, AwsService> = {
  AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: AwsService.APPLICATION_AUTOSCALING,
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: AwsService.CLOUDWATCH_LOGS,
  AWS_ENDPOINT_URL_DYNAMODB: AwsService.DYNAMODB,
  AWS_ENDPOINT_URL_ECR: AwsService.ECR,
  AWS_ENDPOINT_URL_ECS: AwsService.ECS,
  AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: AwsService.ELASTIC_LOAD_BALANCING,
  AWS_ENDPOINT_URL_EVENTBRIDGE: AwsService.EVENTBRIDGE,
  AWS_ENDPOINT_URL_LAMBDA: AwsService.LAMBDA,
  AWS_ENDPOINT_URL_RDS: AwsService.RDS,
  AWS_ENDPOINT_URL_SCHEDULER: new AwsService("scheduler"),
};

/** The VPC of the load balancers, by its ids: nothing is looked up, so a template needs no account. */
export function networkOf(scope: Construct, { network }: Deployment, names: Names): Network | undefined {
  if (!network) return undefined;
  const vpc = Vpc.fromVpcAttributes(scope, "Vpc", {
    vpcId: network.vpc,
    availabilityZones: network.availabilityZones,
    privateSubnetIds: network.subnets,
  });
  const subnets = { subnets: vpc.privateSubnets };
  const securityGroups = network.securityGroups.map((id) =>
    SecurityGroup.fromSecurityGroupId(scope, `SecurityGroup-${id}`, id, { mutable: false }),
  );
  return {
    vpc,
    subnets,
    securityGroups,
    environment: network.endpoints ? endpoints(scope, { vpc, subnets, securityGroups, names }) : {},
  };
}

/**
 * What a role says besides where its function is in a VPC: Lambda itself makes the interfaces, in the name of the role but not from within the
 * function, so the function's code need not be able to.
 */
export const keepFromInterfaces = (functionArn: string): PolicyStatement =>
  new PolicyStatement({
    sid: "OnlyLambdaItself",
    effect: Effect.DENY,
    actions: [...interfaceActions, "ec2:DetachNetworkInterface"].sort(),
    resources: ["*"],
    conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
  });

type EndpointProps = Omit<Network, "environment"> & { names: Names };

/**
 * An endpoint for each service that is called, for the functions alone. They have no private DNS names: with them everything else in the VPC,
 * the ECS agents among it, would be led to endpoints that let in nobody but the functions. The functions are told by the SDK's variables.
 */
function endpoints(scope: Construct, { vpc, subnets, securityGroups, names }: EndpointProps): Record<string, string> {
  const group = new SecurityGroup(scope, "EndpointsSecurityGroup", {
    vpc,
    securityGroupName: names.of("endpoints"),
    description: `Lets the functions of ${names.stack} into its VPC endpoints`,
    allowAllOutbound: false,
  });
  for (const each of securityGroups) group.addIngressRule(Peer.securityGroupId(each.securityGroupId), Port.HTTPS);
  return Object.fromEntries(
    Object.entries(calledServices).map(([variable, service]) => {
      const endpoint = new InterfaceVpcEndpoint(scope, `Endpoint-${service.shortName}`, {
        vpc,
        subnets,
        service,
        securityGroups: [group],
        privateDnsEnabled: false,
        open: false,
      });
      // The first is the endpoint's name for the whole region, after the id of its hosted zone.
      const entry = Fn.select(0, endpoint.vpcEndpointDnsEntries);
      return [variable, Fn.join("", ["https://", Fn.select(1, Fn.split(":", entry))])];
    }),
  );
}
