import type { Grant, OwnResources } from "./grant.ts";

/** The runbook as a durable execution: its own checkpoints, and where an event goes that came to nothing. */
export const durableRun = (own: OwnResources): Grant[] => [
  {
    sid: "KeepCheckpoints",
    why: "The durable execution's own state",
    actions: ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
    resources: [`${own.runbookFunctionArn}:*`],
  },
  {
    sid: "LeaveDeadLetters",
    why: "Lambda puts the event of an execution that failed there, in the name of the function",
    actions: ["sqs:SendMessage"],
    resources: [own.deadLetterQueueArn],
  },
];

/** Starting a run: an operation's first, or one that takes over. */
export const startingRuns = (own: OwnResources): Grant[] => [
  {
    sid: "StartRunbook",
    why: "A run of the runbook, by its alias: a durable execution stays on the version that it began with",
    actions: ["lambda:InvokeFunction"],
    resources: [own.runbookAliasArn],
  },
];

/** Waking a run that waits for people. */
export const wakingRuns = (own: OwnResources): Grant[] => [
  {
    sid: "TellDecisions",
    why: "A run that waits for a decision is woken once there is one",
    actions: ["lambda:SendDurableExecutionCallbackSuccess"],
    resources: [`${own.runbookFunctionArn}:*`],
  },
];

/** The second way on which the end of an execution is heard of. */
export const readingDeadLetters = (own: OwnResources): Grant[] => [
  {
    sid: "ReadDeadLetters",
    why: "Lambda reads the queue in the name of the function",
    actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    resources: [own.deadLetterQueueArn],
  },
];

/** What happens, told on the bus. */
export const announcing = (own: OwnResources): Grant[] => [
  {
    sid: "ReadTheStream",
    why: "Lambda reads the table's stream in the name of the function",
    actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    resources: [own.streamArn],
  },
  {
    sid: "ListStreams",
    why: "AWS names it among what a function needs that is told of a stream",
    actions: ["dynamodb:ListStreams"],
    resources: ["*"],
    unscoped: "AWS lets this call not be limited to resources",
  },
  {
    sid: "Announce",
    why: "`intermission.operation.*` on the bus of the deployment",
    actions: ["events:PutEvents"],
    resources: [own.busArn],
    conditions: { StringEquals: { "events:source": "intermission" } },
  },
];

/** What Lambda needs of EC2 for a function in a VPC. */
export const interfaceActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** `deployment.network`: Lambda makes the function's network interfaces in its name. */
export const networkInterfaces = (): Grant[] => [
  {
    sid: "UseTheNetwork",
    why: "Lambda makes, finds and deletes the network interfaces of a function in a VPC in the name of the function",
    actions: interfaceActions,
    resources: ["*"],
    unscoped:
      "AWS documents these for Lambda without resources, and refuses to make the function without them: the interfaces have no names before they are made",
  },
];
