import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { callLimits } from "../aws/call-limits.ts";
import { systemClock } from "../clock.ts";
import { createDynamoStore } from "../operations/dynamo-store.ts";
import type { OperationStore } from "../operations/store.ts";

/** The operations in their DynamoDB table, for as long as the process lives. */
export function realStore(table: string): OperationStore {
  const client = new DynamoDBClient({ requestHandler: callLimits({ requestTimeoutMs: 5_000 }) });
  const marshallOptions = { removeUndefinedValues: true };
  return createDynamoStore({
    client: DynamoDBDocumentClient.from(client, { marshallOptions }),
    table,
    clock: systemClock,
  });
}
