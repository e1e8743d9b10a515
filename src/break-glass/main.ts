import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { systemClock } from "../clock.ts";
import { createDynamoStore } from "../operations/dynamo-store.ts";
import { breakGlass } from "./break-glass.ts";
import { readSituation } from "./read-situation.ts";

const HELP = `Prints the shell script that ends an operation by hand, from what DynamoDB has of it: nothing else of Intermission need work.

  npm run --silent break-glass -- --table TABLE --operation op-20260115-020000-3f9a2c > break-glass.sh

  --table      the operations table: the output TableName of the stack
  --operation  the operation's id
  --help       this

It reads with your AWS credentials and in your AWS region (dynamodb:GetItem and dynamodb:Query on the table), and changes nothing.
Read what it prints before you run it: docs/break-glass.md`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { table: { type: "string" }, operation: { type: "string" }, help: { type: "boolean" } },
  });
  const { table, operation, help } = values;
  if (help) {
    console.log(HELP);
    return 0;
  }
  if (!table || !operation) {
    console.error(`expected --table and --operation\n\n${HELP}`);
    return 2;
  }
  const dynamo = new DynamoDBClient({ customUserAgent: "intermission-break-glass" });
  try {
    const client = DynamoDBDocumentClient.from(dynamo);
    const store = createDynamoStore({ client, table, clock: systemClock });
    process.stdout.write(breakGlass(await readSituation(store, { table, operation })));
    return 0;
  } finally {
    dynamo.destroy();
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
