import { ResourceNotFoundException$ } from "@aws-sdk/client-lambda";
import type { FunctionSpec } from "../../substrate/functions.ts";
import { awsError } from "../../wire/errors.ts";
import { arn, type World } from "../world.ts";
import { invalid } from "./validate-update.ts";

/** A function as it is deployed: its code, one published version, and the aliases that point there. */
export type FunctionDefinition = FunctionSpec & {
  /** The only published version is "1". */
  aliases?: string[];
  /** Makes the function durable. As on AWS that is decided when it is created. */
  durableConfig?: { executionTimeoutSeconds: number; retentionPeriodInDays: number };
  /**
   * The function that reads the dead-letter queue of this one. Stands for the whole of `DeadLetterConfig`, an SQS queue and an event source
   * mapping with ReportBatchItemFailures: there is no SQS here.
   */
  deadLettersTo?: string;
};

/** What a name, a partial or a full ARN, with or without a qualifier, refers to. */
export type ResolvedFunction = { definition: FunctionDefinition; qualifier?: string; version: string };

const publishedVersion = "1";
const latest = "$LATEST";
const reference =
  /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?(\d{12}):function:)?([A-Za-z0-9_-]{1,64})(?::([A-Za-z0-9$_-]+))?$/;

export type FunctionRegistry = {
  define(definition: FunctionDefinition): void;
  all(): FunctionDefinition[];
  /** Throws as Lambda does for a malformed or unknown reference. */
  resolve(functionName: string | undefined, qualifier?: string): ResolvedFunction;
  arn(name: string, qualifier?: string): string;
};

export function createFunctionRegistry(world: World): FunctionRegistry {
  const definitions = new Map<string, FunctionDefinition>();
  const arnOf = (name: string, qualifier?: string) =>
    arn(world, "lambda", `function:${name}${qualifier ? `:${qualifier}` : ""}`);

  return {
    arn: arnOf,
    all: () => [...definitions.values()],

    define(definition) {
      const { durableConfig, functionName } = definition;
      if (definitions.has(functionName)) throw new Error(`function ${functionName} is defined twice`);
      if (durableConfig) {
        assertWithin(`${functionName}: executionTimeoutSeconds`, durableConfig.executionTimeoutSeconds, 31_622_400);
        assertWithin(`${functionName}: retentionPeriodInDays`, durableConfig.retentionPeriodInDays, 90);
      }
      definitions.set(functionName, definition);
    },

    resolve(functionName = "", wanted) {
      const [, account, name = "", suffix] = reference.exec(functionName) ?? [];
      if (!name) throw invalid(`Value '${functionName}' at 'functionName' is no function name or ARN`);
      if (suffix && wanted && suffix !== wanted) {
        throw invalid("The derived qualifier from the function name does not match the specified qualifier.");
      }
      const qualifier = wanted ?? suffix;
      const definition = definitions.get(name);
      const version = definition && versionOf(definition, qualifier);
      if (!version || (account && account !== world.account)) {
        throw awsError(ResourceNotFoundException$, `Function not found: ${arnOf(name, qualifier)}`);
      }
      return { definition, qualifier, version };
    },
  };
}

function versionOf({ aliases = [] }: FunctionDefinition, qualifier = latest): string | undefined {
  if (qualifier === latest) return latest;
  return qualifier === publishedVersion || aliases.includes(qualifier) ? publishedVersion : undefined;
}

function assertWithin(what: string, value: number, maximum: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return;
  throw new Error(`${what}: expected an integer from 1 to ${maximum}, found ${value}`);
}
