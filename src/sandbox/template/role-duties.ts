import { compilePolicies } from "../cloud/iam/policies.ts";
import type { Role } from "./roles.ts";

/** What Lambda does in a function's name, without a line of the function's code. */
type Duties = {
  functionName: string;
  logGroupArn: string;
  /** The queue of the function's dead letters. */
  deadLettersArn?: string;
  /** The streams and queues that Lambda reads for it. */
  sourceArns: string[];
};

/** Throws unless the role may do what Lambda does in the function's name: AWS refuses to make the mapping, or loses lines and events in silence. */
export function requireDuties(role: Role, { functionName, logGroupArn, deadLettersArn, sourceArns }: Duties): void {
  const policies = compilePolicies(role.policies);
  const needs: [action: string, resource: string][] = [
    ["logs:CreateLogStream", `${logGroupArn}:log-stream:x`],
    ["logs:PutLogEvents", `${logGroupArn}:log-stream:x`],
    ...(deadLettersArn ? [["sqs:SendMessage", deadLettersArn] as [string, string]] : []),
    ...sourceArns.flatMap((arn) => readingOf(arn)),
  ];
  const lacking = needs.filter(
    ([action, resource]) => policies.judge({ action, resource, values: {} }).decision !== "allowed",
  );
  if (lacking.length > 0)
    throw new Error(
      `Lambda needs more than ${role.name} may do to serve ${functionName}: ${lacking.map((need) => need.join(" on ")).join(", ")}`,
    );
}

const readingOf = (arn: string): [string, string][] =>
  arn.includes(":dynamodb:")
    ? [
        ["dynamodb:DescribeStream", arn],
        ["dynamodb:GetRecords", arn],
        ["dynamodb:GetShardIterator", arn],
        ["dynamodb:ListStreams", "*"],
      ]
    : ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((action) => [action, arn]);
