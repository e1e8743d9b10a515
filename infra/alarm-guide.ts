import { type FunctionName, functionNames } from "./permissions/grant.ts";

export type AlarmAdvice = { raised: string; advice: string };

const OF_FUNCTIONS = Object.fromEntries(
  functionNames.flatMap((name): [string, AlarmAdvice][] => [
    [
      `errors-${name}`,
      {
        raised: `The function ${name} failed`,
        advice:
          "Look into its log group for the time of the alarm; what it could not do is done again or is in the queue of failures",
      },
    ],
    [
      `throttles-${name}`,
      {
        raised: `Lambda had no room to run the function ${name}`,
        advice:
          "Something else in the account uses up its concurrent executions: stop that, or ask AWS for a higher quota",
      },
    ],
  ]),
) as Record<`${"errors" | "throttles"}-${FunctionName}`, AlarmAdvice>;

/** What each alarm means, and what it asks of whoever is on call. The rest is in docs/operations.md, under `alarm-` and the alarm's name. */
export const alarmGuide = {
  "held-operation": {
    raised: "An operation is held: the page may be up, and nothing goes on until somebody decides",
    advice: "List the held ones with GET /v1/operations?status=held; each says what is true and what can be decided",
  },
  "failed-restore": {
    raised: "A restore failed: the database may not be the one that it should be",
    advice: "Do not start any node by hand. The operation says how far it came and which command goes on from there",
  },
  "window-overdue": {
    raised: "A page is up longer than it should be, and visitors are still locked out",
    advice:
      "Look at the operation's live page: what it waits for stands at the top. Decide rollback if it cannot end well",
  },
  "wait-overdue": {
    raised: "An operation has waited for people longer than it should",
    advice: "Decide proceed, rollback or cancel; the operation says until when it waits and what happens then",
  },
  "silent-operation": {
    raised: "An operation that should be going on has said nothing for a while: its run may be dead",
    advice: "Look into the runbook's log. If nothing goes on, POST /v1/operations/ID/restore takes over",
  },
  "watch-silent": {
    raised: "Nobody watches: no minute was measured for five, so no other alarm of operations would be raised",
    advice: "Look into the log group of the function watch, and whether its rule is enabled",
  },
  ...OF_FUNCTIONS,
  "run-ended": {
    raised: "A run of the runbook failed, was stopped or timed out, without a word of ours",
    advice:
      "Another run takes over by itself, five times at most. The runbook's log says why; if somebody stopped it, ask them",
  },
  "run-operations": {
    raised: "A run has used 2,400 of the 3,000 durable operations that Lambda allows one",
    advice:
      "Bring the operation to an end before it fails: decide what it waits for, or let another run take over with POST /v1/operations/ID/restore",
  },
  "dead-letter-errors": {
    raised:
      "Lambda could not put an event into a dead-letter queue, so that one of two ways to hear of ended runs is broken",
    advice: "Check the role's policies and the queue against a fresh deployment with `npm run deploy -- --diff`",
  },
  "ended-runs-waiting": {
    raised: "A run that ended without a word has not been taken over for ten minutes",
    advice: "Look into the log of execution-ended; POST /v1/operations/ID/restore takes over by hand",
  },
  failures: {
    raised: "Something was given up: a take-over, or the announcement of an event",
    advice:
      "Read the messages in the queue of failures. For a take-over, POST /v1/operations/ID/restore; then delete the message",
  },
  "table-throttles": {
    raised: "DynamoDB refused requests for the table of operations",
    advice: "Requests are repeated by themselves. If it lasts, ask AWS for higher on-demand throughput of the table",
  },
  "api-errors-github": {
    raised: "The API for GitHub answered with 5xx",
    advice:
      "Look into the log of the function api by the request ids in the access log. Operations that run are not touched by it",
  },
  "api-errors-operator": {
    raised: "The API for operators answered with 5xx",
    advice:
      "Look into the log of the function api by the request ids in the access log. Operations that run are not touched by it",
  },
  "rule-failures": {
    raised: "EventBridge could not invoke a function",
    advice: "Check the rules and the functions' permissions against a fresh deployment with `npm run deploy -- --diff`",
  },
  "announce-late": {
    raised: "Events reach the bus more than five minutes late",
    advice: "Look into the log of announce. Operations are not touched by it; whoever listens to the bus is late",
  },
} satisfies Record<string, AlarmAdvice>;

export type AlarmId = keyof typeof alarmGuide;

export const alarmDescription = (id: AlarmId): string =>
  `${alarmGuide[id].raised}. ${alarmGuide[id].advice}. docs/operations.md#alarm-${id}`;
