import type { Handle, WireRequest, WireResponse } from "../../wire/messages.ts";
import type { Item, Streams } from "./streams.ts";

type Body = {
  TableName?: string;
  Key?: Item;
  Item?: Item;
  KeySchema?: { AttributeName: string }[];
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: string };
};
const WRITES = ["PutItem", "UpdateItem", "DeleteItem"];

/**
 * DynamoDB with streams, in front of one that has none. Of a table with a stream each write is looked at before and after, with no other in
 * between; tables without one are left alone. Writes in batches make no records.
 */
export function streamed(handle: Handle, streams: Streams): Handle {
  const keyNames = new Map<string, string[]>();
  const last = new Map<string, Promise<unknown>>();

  /** One after the other for a table. */
  function inTurn<Result>(table: string, run: () => Promise<Result>): Promise<Result> {
    const turn = (last.get(table) ?? Promise.resolve()).then(run);
    last.set(
      table,
      turn.catch(() => {}),
    );
    return turn;
  }

  async function create(request: WireRequest, body: Body): Promise<WireResponse> {
    const { TableName: table = "", KeySchema = [], StreamSpecification: wanted } = body;
    const reply = await handle(request);
    if (reply.status !== 200 || !wanted?.StreamEnabled) return reply;
    keyNames.set(
      table,
      KeySchema.map(({ AttributeName }) => AttributeName),
    );
    streams.open(table, wanted.StreamViewType ?? "NEW_AND_OLD_IMAGES");
    return described(reply, table);
  }

  /** What the reply says of the table, with its stream. */
  function described(reply: WireResponse, table: string): WireResponse {
    const stream = streams.of(table);
    if (reply.status !== 200 || !stream) return reply;
    const body = read(reply.body) as Record<string, object>;
    const more = {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
      LatestStreamArn: stream.arn,
      LatestStreamLabel: stream.arn.split("/").at(-1),
    };
    const { "x-amz-crc32": _checksum, "content-length": _length, ...headers } = reply.headers;
    const told = Object.entries(body).map(([member, table]) => [member, { ...table, ...more }]);
    return { ...reply, headers, body: JSON.stringify(Object.fromEntries(told)) };
  }

  async function write(request: WireRequest, { TableName: table = "", Key, Item }: Body): Promise<WireResponse> {
    const from: Item = Key ?? Item ?? {};
    const keys = Object.fromEntries((keyNames.get(table) ?? []).map((name) => [name, from[name]]));
    const look = async (): Promise<Item | undefined> => {
      const reply = await handle(asking(request, "GetItem", { TableName: table, Key: keys, ConsistentRead: true }));
      return (read(reply.body) as { Item?: Item }).Item;
    };
    const before = await look();
    const reply = await handle(request);
    if (reply.status === 200) streams.wrote(table, { keys, before, after: await look() });
    return reply;
  }

  return (request) => {
    const operation = request.headers["x-amz-target"]?.split(".").at(-1) ?? "";
    if (operation !== "CreateTable" && operation !== "DescribeTable" && !WRITES.includes(operation))
      return handle(request);
    const body = read(request.body) as Body;
    const { TableName: table = "" } = body;
    if (operation === "CreateTable") return create(request, body);
    if (!streams.of(table)) return handle(request);
    if (operation === "DescribeTable") return handle(request).then((reply) => described(reply, table));
    return inTurn(table, () => write(request, body));
  };
}

/** The same caller's request for something else. */
function asking(request: WireRequest, operation: string, body: object): WireRequest {
  const target = request.headers["x-amz-target"]?.replace(/[^.]*$/, operation) ?? "";
  return {
    ...request,
    headers: { ...request.headers, "x-amz-target": target },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

/** Empty where it is no JSON object. */
function read(body: string | Uint8Array): object {
  try {
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
