import { EventEmitter } from "node:events";
import dynalite from "dynalite";
import { expect, test } from "vitest";
import { dynaliteHandle } from "../../../src/sandbox/wire/dynalite.ts";
import type { Handle } from "../../../src/sandbox/wire/server.ts";

const TableName = "notices";
const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });
const key = (pk: string, sk: string) => ({ pk: S(pk), sk: S(sk) });
const between = (from: string, to: string) => ({
  TableName,
  KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
  ExpressionAttributeValues: { ":pk": S("a"), ":from": S(from), ":to": S(to) },
});
const put = (pk: string, sk: string, more: object = {}) => ({ TableName, Item: { ...key(pk, sk), ...more } });
const onlyNew = { ConditionExpression: "attribute_not_exists(pk)" };

const table = {
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  AttributeDefinitions: ["pk", "sk", "kind"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-kind",
      KeySchema: [
        { AttributeName: "kind", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};

const REQUESTS: [operation: string, parameters: unknown][] = [
  ["GetItem", { TableName, Key: key("a", "1") }],
  ["CreateTable", table],
  ["CreateTable", table],
  ["ListTables", {}],
  ...["1", "10", "2", "21", "9", "ä"].map((sk): [string, object] => ["PutItem", put("a", sk, { kind: S(`k${sk}`) })]),
  ["PutItem", put("b", "1", { kind: S("k1"), list: { L: [N(1), S("x")] } })],
  ["PutItem", { ...put("a", "1", { other: N(1) }), ...onlyNew }],
  ["PutItem", { ...put("c", "1", { count: N(7) }), ...onlyNew }],
  ["PutItem", { ...put("c", "2"), ...onlyNew }],
  ["PutItem", { ...put("a", "1", { kind: S("k2") }), ReturnValues: "ALL_OLD", ReturnConsumedCapacity: "TOTAL" }],
  ["PutItem", { TableName, Item: { pk: S("a") } }],
  ["PutItem", { TableName, Item: { pk: N(1), sk: S("1") } }],
  ["GetItem", { TableName, Key: key("a", "1"), ConsistentRead: true }],
  ["GetItem", { TableName, Key: key("a", "none") }],
  ["GetItem", { TableName, Key: key("b", "1"), ProjectionExpression: "kind, list[1]" }],
  ["GetItem", { TableName, Key: { pk: S("a") } }],
  ["Query", between("1", "2")],
  ["Query", between("1", "2")],
  ["Query", { ...between("1", "~"), ScanIndexForward: false, Limit: 2 }],
  ["Query", { ...between("1", "~"), Limit: 2, ExclusiveStartKey: key("a", "10") }],
  ["Query", { ...between("1", "~"), ScanIndexForward: false, ExclusiveStartKey: key("a", "2") }],
  ["Query", { ...between("1", "~"), Select: "COUNT" }],
  ["Query", { ...between("2", "1") }],
  ["Query", { ...between("1", "2"), ExpressionAttributeValues: { ":pk": S("a") } }],
  ["Query", { ...between("1", "2"), FilterExpression: "kind = :pk" }],
  [
    "Query",
    {
      TableName,
      IndexName: "by-kind",
      KeyConditionExpression: "#kind = :kind AND begins_with(sk, :start)",
      ExpressionAttributeNames: { "#kind": "kind" },
      ExpressionAttributeValues: { ":kind": S("k2"), ":start": S("1") },
    },
  ],
  ...[N(1), N(1), S("x")].map((one): [string, object] => [
    "UpdateItem",
    {
      TableName,
      Key: key("c", "1"),
      UpdateExpression: "SET seen = if_not_exists(seen, :one) ADD #count :one REMOVE gone",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":one": one },
      ReturnValues: "ALL_NEW",
    },
  ]),
  ["UpdateItem", { TableName, Key: key("d", "1"), UpdateExpression: "SET", ReturnValues: "ALL_NEW" }],
  ["UpdateItem", { TableName, Key: key("d", "1"), UpdateExpression: "SET sk = :x" }],
  ["DeleteItem", { TableName, Key: key("a", "10"), ReturnValues: "ALL_OLD" }],
  ["DeleteItem", { TableName, Key: key("a", "10"), ConditionExpression: "attribute_exists(pk)" }],
  ["BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: { Item: key("e", "1") } }] } }],
  ["BatchGetItem", { RequestItems: { [TableName]: { Keys: [key("e", "1")] } } }],
  ["Scan", { TableName }],
  ["Scan", { TableName, Limit: 3 }],
  ["Scan", { TableName: "none" }],
  ["DescribeTable", { TableName }],
  ["DeleteTable", { TableName: "none" }],
  ["TransactWriteItems", {}],
  ["PutItem", "no object"],
  ["PutItem", { TableName: "x" }],
];

test("without its server and on a store of our own, dynalite answers as it does by itself", async () => {
  const [ours, its] = [dynaliteHandle({ createTableMs: 0 }), server({ createTableMs: 0 })];
  for (const [operation, parameters] of REQUESTS) {
    const asked = `${operation} ${JSON.stringify(parameters)}`;
    expect(`${asked}: ${await answer(ours, operation, parameters)}`).toBe(
      `${asked}: ${await answer(its, operation, parameters)}`,
    );
    if (operation === "CreateTable") await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

async function answer(handle: Handle, operation: string, parameters: unknown): Promise<string> {
  const { status, headers, body } = await handle({
    method: "POST",
    path: "/",
    query: "",
    headers: {
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": "20260115T020000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20260115/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a",
    },
    body: Buffer.from(JSON.stringify(parameters)),
  });
  const madeUp = /"(TableId|CreationDateTime|LastUpdateToPayPerRequestDateTime)":("[^"]*"|[\d.]+)/g;
  return `${status} ${headers["content-type"]} ${String(body).replace(madeUp, '"$1":…')}`;
}

/** dynalite's own request listener on its own LevelDB. */
function server(options: object): Handle {
  const listener = dynalite(options);
  return ({ method, path, headers, body }) =>
    new Promise((resolve) => {
      const message = Object.assign(new EventEmitter(), { method, url: path, headers });
      const replyHeaders: Record<string, string> = {};
      const reply = {
        statusCode: 200,
        setHeader(name: string, value: unknown) {
          replyHeaders[name.toLowerCase()] = String(value);
        },
        end: (text = "") => resolve({ status: reply.statusCode, headers: replyHeaders, body: text }),
      };
      listener.emit("request", message, reply);
      message.emit("data", Buffer.from(body));
      message.emit("end");
    });
}
