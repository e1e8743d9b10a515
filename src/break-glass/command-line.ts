import { matching } from "../command-line/meanings.ts";
import { readOptions } from "../command-line/read-options.ts";
import type { Asked } from "../command-line/run-command.ts";
import { operationIdPattern } from "../operations/operation-id.ts";

export type BreakGlassCommand = { kind: "break-glass"; table: string; operation: string };

export const HELP = `Prints the shell script that ends an operation by hand, from what DynamoDB has of it: nothing else of Intermission need work.

  npm run --silent break-glass -- --table TABLE --operation op-20260115-020000-3f9a2c > break-glass.sh

  --table      the operations table: the output TableName of the stack
  --operation  the operation's id
  --help, -h   this

It reads with your AWS credentials and in your AWS region (dynamodb:GetItem and dynamodb:Query on the table), and changes nothing.
Read what it prints before you run it: docs/break-glass.md`;

const AN_ID = "the id of an operation, such as op-20260115-020000-3f9a2c";

/** Everything that is wrong with the command is said at once. */
export function readCommand(args: string[]): Asked<BreakGlassCommand> {
  const { values, given, problems } = readOptions(args, {
    options: {
      table: { type: "string", what: "the operations table" },
      operation: { type: "string", as: matching(operationIdPattern, AN_ID), what: AN_ID },
    },
  });
  if (values.help) return { kind: "help" };
  if (!given.has("table")) problems.push("--table: expected the operations table, found nothing");
  if (!given.has("operation")) problems.push(`--operation: expected ${AN_ID}, found nothing`);
  const { table, operation } = values;
  if (problems.length > 0 || !table || !operation) return { kind: "wrong", problems };
  return { kind: "break-glass", table, operation };
}
