import * as sdk from "@aws-sdk/client-application-auto-scaling";
import { awsError, wireError } from "../../wire/service.ts";

export const DIMENSION = "ecs:service:DesiredCount";

export const invalid = (message: string) => awsError(sdk.ValidationException$, message);

export type Identified = { ServiceNamespace?: string; ResourceId?: string; ScalableDimension?: string };

/** Every namespace can be asked about; only ECS services can be scaled here. */
export function checkNamespace({ ServiceNamespace: namespace, ScalableDimension: dimension }: Identified): void {
  checkEnum("serviceNamespace", namespace, sdk.ServiceNamespace);
  checkEnum("scalableDimension", dimension, sdk.ScalableDimension);
  if (dimension !== undefined && dimension.split(":")[0] !== namespace)
    throw invalid(`Unsupported service namespace, resource type or scalable dimension: ${namespace}, ${dimension}`);
}

/** The resource id of an ECS service: `service/CLUSTER/SERVICE`. */
export function ecsResource(input: Identified): string {
  checkNamespace(input);
  if (input.ServiceNamespace !== "ecs")
    throw wireError(
      "NotImplemented",
      501,
      `Application Auto Scaling has no behaviour here for the service namespace ${input.ServiceNamespace}, only for ecs`,
    );
  const { ResourceId = "" } = input;
  if (!/^service\/[\w-]+\/[\w-]+$/.test(ResourceId))
    throw invalid(
      `Unsupported service namespace, resource type or scalable dimension: expected a resource id service/CLUSTER/SERVICE, found ${ResourceId}`,
    );
  return ResourceId;
}

export function checkCapacity(name: "minCapacity" | "maxCapacity", value: number | undefined): void {
  if (value !== undefined && (!Number.isInteger(value) || value < 0))
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    );
}

export function checkEnum(path: string, value: string | undefined, values: Record<string, string>): void {
  if (value !== undefined && !Object.values(values).includes(value))
    throw invalid(
      `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(values).join(", ")}]`,
    );
}

/** One page in the order given; `MaxResults` is 1 to 50. */
export function page<Item>(
  items: Item[],
  { MaxResults = 50, NextToken }: { MaxResults?: number; NextToken?: string },
): { items: Item[]; NextToken?: string } {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > 50)
    throw invalid(`Invalid MaxResults ${MaxResults}: it must be between 1 and 50`);
  const start = NextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(NextToken)?.[1]);
  if (!Number.isInteger(start)) throw awsError(sdk.InvalidNextTokenException$, `Invalid next token ${NextToken}`);
  const end = start + MaxResults;
  return { items: items.slice(start, end), ...(end < items.length && { NextToken: `from-${end}` }) };
}

export const notRegistered = (resourceId: string) =>
  awsError(
    sdk.ObjectNotFoundException$,
    `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ${DIMENSION}`,
  );
