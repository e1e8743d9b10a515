import * as ecs from "@aws-sdk/client-ecs";
import { type AwsError, awsError, wireError } from "../../wire/service.ts";

export const invalid = (message: string): AwsError => awsError(ecs.InvalidParameterException$, message);
export const clientError = (message: string): AwsError => awsError(ecs.ClientException$, message);

/** The sandbox has no behaviour for something AWS would do: said as such, rather than done wrong. */
export const notSimulated = (what: string): AwsError =>
  wireError("NotImplemented", 501, `${what} is not simulated here`);

export function checkEnum(name: string, value: string | undefined, values: Record<string, string>): void {
  if (value === undefined || Object.values(values).includes(value)) return;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${Object.values(values).join(", ")}]`,
  );
}

export function checkInteger(name: string, value: number | undefined, minimum: number, maximum = 2_147_483_647): void {
  if (value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)) return;
  throw invalid(`${name} must be an integer between ${minimum} and ${maximum}, found ${value}.`);
}

export function checkLength(name: string, value: string | undefined, maximum: number): void {
  if (value === undefined || value.length <= maximum) return;
  throw invalid(`${name} must have length less than or equal to ${maximum}, found ${value.length}.`);
}

/** Cluster, service and capacity provider names: letters, digits, hyphens and underscores. */
export const isName = (name: string): boolean => /^[a-zA-Z0-9_-]{1,255}$/.test(name);

/** The last part of an ARN, or the name itself. */
export const nameOf = (reference: string): string => reference.split("/").at(-1) ?? reference;
