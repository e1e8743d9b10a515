import type * as lambda from "@aws-sdk/client-lambda";
import { type FunctionConfiguration, ResourceNotFoundException$ } from "@aws-sdk/client-lambda";
import { awsError } from "../../wire/errors.ts";
import type { Handlers } from "../../wire/handlers.ts";
import type { FunctionDefinition, FunctionRegistry, ResolvedFunction } from "./functions.ts";
import { page } from "./page.ts";

/** The operations that describe functions, on the wire. */
export function createFunctionHandlers(registry: FunctionRegistry, createdAt: Date): Handlers<typeof lambda> {
  const configuration = ({ definition, qualifier, version }: Omit<ResolvedFunction, "version"> & { version: string }) =>
    describe(definition, { arn: registry.arn(definition.functionName, qualifier), version, createdAt });

  return {
    GetFunction({ FunctionName, Qualifier }) {
      return { Configuration: configuration(registry.resolve(FunctionName, Qualifier)), Tags: {} };
    },
    GetFunctionConfiguration: ({ FunctionName, Qualifier }) => configuration(registry.resolve(FunctionName, Qualifier)),
    ListFunctions({ Marker, MaxItems = 50 }) {
      const { items, nextMarker } = page(registry.all(), { marker: Marker, maxItems: MaxItems });
      const Functions = items.map((definition) => configuration({ definition, version: "$LATEST" }));
      return { Functions, NextMarker: nextMarker };
    },
    GetAlias({ FunctionName, Name = "" }) {
      const { definition } = registry.resolve(FunctionName);
      const AliasArn = registry.arn(definition.functionName, Name);
      if (!definition.aliases?.includes(Name)) {
        throw awsError(ResourceNotFoundException$, `Cannot find alias arn: ${AliasArn}`);
      }
      return { AliasArn, Name, FunctionVersion: registry.resolve(FunctionName, Name).version };
    },
  };
}

function describe(
  { functionName, handler, environment, timeoutMs, memoryMb, durableConfig }: FunctionDefinition,
  { arn, version, createdAt }: { arn: string; version: string; createdAt: Date },
): FunctionConfiguration {
  return {
    FunctionName: functionName,
    FunctionArn: arn,
    Version: version,
    Runtime: "nodejs24.x",
    Handler: `index.${handler}`,
    Timeout: Math.ceil(timeoutMs / 1000),
    MemorySize: memoryMb,
    PackageType: "Zip",
    Architectures: ["arm64"],
    State: "Active",
    LastUpdateStatus: "Successful",
    LastModified: createdAt.toISOString().replace("Z", "+0000"),
    Environment: { Variables: environment },
    ...(durableConfig && {
      DurableConfig: {
        ExecutionTimeout: durableConfig.executionTimeoutSeconds,
        RetentionPeriodInDays: durableConfig.retentionPeriodInDays,
      },
    }),
  };
}
