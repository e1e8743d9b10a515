import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { HttpResponse } from "@smithy/core/protocols";
import { tableDefinition } from "../../src/operations/dynamo-table.ts";
import { dynaliteHandle } from "../../src/sandbox/wire/dynalite.ts";

/** Called with each request's operation; what it answers is awaited before and after the request takes effect. */
export type Interference = (operation: string) => Promise<{ after?: () => void } | undefined>;

/** A table in an in-process DynamoDB, and clients to it that can be interfered with. */
export async function createTable(table = "operations") {
  const serve = dynaliteHandle({ createTableMs: 0 });
  const connect = (
    interfere: Interference = async () => undefined,
    { maxAttempts = 1 }: { maxAttempts?: number } = {},
  ): DynamoDBDocumentClient =>
    DynamoDBDocumentClient.from(
      new DynamoDBClient({
        region: "eu-central-1",
        endpoint: "http://dynamodb.test",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts,
        requestHandler: {
          async handle(request: {
            method: string;
            path: string;
            headers: Record<string, string>;
            body: string | Uint8Array;
          }) {
            const interference = await interfere(request.headers["x-amz-target"]?.split(".").at(-1) ?? "");
            const { status, headers, body } = await serve({
              ...request,
              query: {},
              body:
                typeof request.body === "string"
                  ? new TextEncoder().encode(request.body)
                  : Uint8Array.from(request.body),
            } as unknown as Parameters<typeof serve>[0]);
            interference?.after?.();
            const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
            return { response: new HttpResponse({ statusCode: status, headers: headers as never, body: bytes }) };
          },
        },
      }),
    );
  const client = connect();
  await client.send(new CreateTableCommand(tableDefinition(table)));
  for (;;) {
    const { Table: created } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (created?.TableStatus === "ACTIVE") break;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { table, client, connect };
}
