import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionFolders } from "./assets.ts";
import type { Names } from "./names.ts";
import { keepFromInterfaces, type Network } from "./network.ts";
import { type FunctionName, functionsInNetwork } from "./permissions/grant.ts";
import { functionRole, type PolicyPart, pascalCase } from "./policies.ts";

/** What all functions of a stack have in common. */
export type FunctionWorld = {
  names: Names;
  folders: FunctionFolders;
  retentionDays: number;
  targets: number;
  key: IKey | undefined;
  network: Network | undefined;
};

type Props = Pick<FunctionProps, "durableConfig" | "deadLetterQueue" | "currentVersionOptions"> & {
  name: FunctionName;
  description: string;
  timeout: Duration;
  memoryMb: number;
  environment: Record<string, string>;
  policies: PolicyPart[];
};

/**
 * A function with its own role and its own log. It logs JSON lines itself: Lambda's JSON format would put each as a text into another one,
 * and the embedded metrics with them.
 */
export function lambdaFunction(scope: Construct, world: FunctionWorld, props: Props): LambdaFunction {
  const { names, folders, retentionDays, targets, key, network } = world;
  const { name, description, timeout, memoryMb, environment, policies, ...rest } = props;
  const id = pascalCase(name);
  const role = functionRole(scope, { name, names, targets, parts: policies });
  const inNetwork = functionsInNetwork.includes(name) ? network : undefined;
  if (inNetwork) role.addToPolicy(keepFromInterfaces(names.functionArn(name)));
  const made = new LambdaFunction(scope, `${id}Function`, {
    ...rest,
    functionName: names.function(name),
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(folders[name]),
    handler: "index.handler",
    timeout,
    memorySize: memoryMb,
    environment: { NODE_OPTIONS: "--enable-source-maps", ...environment, ...inNetwork?.environment },
    // What a role may do is derived from the configuration, and nothing adds to it.
    role: role.withoutPolicyUpdates(),
    loggingFormat: LoggingFormat.TEXT,
    logGroup: new LogGroup(scope, `${id}Log`, {
      logGroupName: names.functionLogGroup(name),
      retention: retentionDays,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    }),
    ...(inNetwork && { vpc: inNetwork.vpc, vpcSubnets: inNetwork.subnets, securityGroups: inNetwork.securityGroups }),
  });
  made.node.addDependency(role);
  return made;
}
