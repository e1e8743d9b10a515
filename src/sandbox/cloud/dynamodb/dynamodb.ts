import * as dynamodb from "@aws-sdk/client-dynamodb";
import { type DynaliteOptions, dynaliteHandle } from "../../wire/dynalite.ts";
import { asBuffer } from "../../wire/messages.ts";
import type { PassThrough } from "../../wire/pass-through.ts";
import { describeService } from "../../wire/service.ts";
import { streamed } from "./streamed.ts";
import type { Streams } from "./streams.ts";

/** DynamoDB by dynalite. It has no transactions and no expiry of items, a call of theirs is refused as unknown, and no streams but those given. */
export function createDynamoDb({ streams, ...options }: DynaliteOptions & { streams?: Streams } = {}): PassThrough {
  const keyNames = new Map<string, string[]>();

  /** Which item a call is about, and never what is in it. A put names its key inside the item, so the tables' keys are remembered. */
  function describe(operation: string, body: Uint8Array): unknown {
    const { TableName, IndexName, Key, Item, KeySchema } = readBody(body);
    if (TableName === undefined) return {};
    if (operation === "CreateTable" && KeySchema)
      keyNames.set(
        TableName,
        KeySchema.map(({ AttributeName }) => AttributeName),
      );
    const names = keyNames.get(TableName);
    if (Item && names)
      return {
        TableName,
        Key: Object.fromEntries(names.flatMap((name) => (name in Item ? [[name, Item[name]]] : []))),
      };
    return { TableName, ...(IndexName !== undefined && { IndexName }), ...(Key && { Key }) };
  }

  return {
    service: describeService(dynamodb, dynamodb.DynamoDBClient),
    handle: streams ? streamed(dynaliteHandle(options), streams) : dynaliteHandle(options),
    parameters: describe,
  };
}

type Body = {
  TableName?: string;
  IndexName?: string;
  Key?: object;
  Item?: Record<string, unknown>;
  KeySchema?: { AttributeName: string }[];
};

/** Empty where the body is no JSON object: dynalite says so in DynamoDB's words. */
function readBody(body: Uint8Array): Body {
  try {
    return (JSON.parse(asBuffer(body).toString()) as Body | null) ?? {};
  } catch {
    return {};
  }
}
