import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { systemClock } from "../clock.ts";
import { runCommand } from "../command-line/run-command.ts";
import { createDynamoStore } from "../operations/dynamo-store.ts";
import { breakGlass } from "./break-glass.ts";
import { type BreakGlassCommand, HELP, readCommand } from "./command-line.ts";
import { readSituation } from "./read-situation.ts";

async function print({ table, operation }: BreakGlassCommand): Promise<number> {
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

runCommand({ help: HELP, read: readCommand, run: print }).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
