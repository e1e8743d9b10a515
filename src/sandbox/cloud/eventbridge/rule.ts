import * as sdk from "@aws-sdk/client-eventbridge";
import { type AwsError, awsError, wireError } from "../../wire/service.ts";

export type Rule = {
  name: string;
  bus: string;
  arn: string;
  eventPattern?: string;
  scheduleExpression?: string;
  state: sdk.RuleState;
  description?: string;
  roleArn?: string;
  targets: Map<string, sdk.Target>;
  tags: Map<string, string>;
  /** Ends what the rule's schedule has in mind. */
  cancel: () => void;
};

/** EventBridge's model does not have this error; its answers do. */
export const invalid = (message: string): AwsError => wireError("ValidationException", 400, message);

/** A name is a rule's on its bus alone. */
export const ruleKey = (bus: string, name: string): string => `${bus}/${name}`;

export const ruleNotFound = (name: string, bus = "default"): AwsError =>
  awsError(sdk.ResourceNotFoundException$, `Rule ${name} does not exist on EventBus ${bus}.`);

export function checkEnum(path: string, value: string | undefined, values: Record<string, string>): void {
  if (value === undefined || Object.values(values).includes(value)) return;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${Object.values(values).join(", ")}]`,
  );
}

/** One page of a list; `Limit` is 1 to 100. */
export function page<Item>(
  items: Item[],
  { Limit = 100, NextToken }: { Limit?: number; NextToken?: string },
): { items: Item[]; NextToken?: string } {
  if (!Number.isInteger(Limit) || Limit < 1 || Limit > 100)
    throw invalid(`1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: 1 to 100`);
  const start = NextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(NextToken)?.[1]);
  if (!Number.isInteger(start)) throw invalid(`Invalid next token ${NextToken}.`);
  const end = start + Limit;
  return { items: items.slice(start, end), ...(end < items.length && { NextToken: `from-${end}` }) };
}
