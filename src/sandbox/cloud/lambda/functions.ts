import { ResourceNotFoundException$ } from "@aws-sdk/client-lambda";
import type { FunctionSpec } from "../../substrate/functions.ts";
import { awsError } from "../../wire/errors.ts";
import { arn, type World } from "../world.ts";
import { invalid } from "./validate-update.ts";

/** A function as it is deployed: its code, published as a version, and the aliases that point to the newest. */
export type FunctionDefinition = FunctionSpec & {
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

const latest = "$LATEST";
const reference =
  /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?(\d{12}):function:)?([A-Za-z0-9_-]{1,64})(?::([A-Za-z0-9$_-]+))?$/;

export type FunctionRegistry = {
  /** Publishes version 1. */
  define(definition: FunctionDefinition): void;
  /** Publishes another version of a function that is there, as a deployment does. Its aliases then point there; older versions stay. */
  publish(definition: FunctionDefinition): void;
  all(): FunctionDefinition[];
  /** Throws as Lambda does for a malformed or unknown reference. */
  resolve(functionName: string | undefined, qualifier?: string): ResolvedFunction;
  arn(name: string, qualifier?: string): string;
};

export function createFunctionRegistry(world: World): FunctionRegistry {
  /** By name, all versions from the first on. */
  const published = new Map<string, FunctionDefinition[]>();
  const arnOf = (name: string, qualifier?: string) =>
    arn(world, "lambda", `function:${name}${qualifier ? `:${qualifier}` : ""}`);

  return {
    arn: arnOf,
    all: () => [...published.values()].map((versions) => versions.at(-1)!),

    define(definition) {
      const { durableConfig, functionName } = definition;
      if (published.has(functionName)) throw new Error(`function ${functionName} is defined twice`);
      if (durableConfig) {
        assertWithin(`${functionName}: executionTimeoutSeconds`, durableConfig.executionTimeoutSeconds, 31_622_400);
        assertWithin(`${functionName}: retentionPeriodInDays`, durableConfig.retentionPeriodInDays, 90);
      }
      published.set(functionName, [definition]);
    },
    publish(definition) {
      const versions = published.get(definition.functionName);
      if (!versions) throw new Error(`function ${definition.functionName} is not there to be published anew`);
      versions.push(definition);
    },

    resolve(functionName = "", wanted) {
      const [, account, name = "", suffix] = reference.exec(functionName) ?? [];
      if (!name) throw invalid(`Value '${functionName}' at 'functionName' is no function name or ARN`);
      if (suffix && wanted && suffix !== wanted) {
        throw invalid("The derived qualifier from the function name does not match the specified qualifier.");
      }
      const qualifier = wanted ?? suffix;
      const found = versionOf(published.get(name) ?? [], qualifier);
      if (!found || (account && account !== world.account)) {
        throw awsError(ResourceNotFoundException$, `Function not found: ${arnOf(name, qualifier)}`);
      }
      return { ...found, qualifier };
    },
  };
}

function versionOf(
  versions: readonly FunctionDefinition[],
  qualifier = latest,
): Pick<ResolvedFunction, "definition" | "version"> | undefined {
  const newest = versions.at(-1);
  if (newest && qualifier === latest) return { definition: newest, version: latest };
  if (newest?.aliases?.includes(qualifier)) return { definition: newest, version: String(versions.length) };
  const definition = /^[1-9]\d*$/.test(qualifier) ? versions[Number(qualifier) - 1] : undefined;
  return definition && { definition, version: qualifier };
}

function assertWithin(what: string, value: number, maximum: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return;
  throw new Error(`${what}: expected an integer from 1 to ${maximum}, found ${value}`);
}
