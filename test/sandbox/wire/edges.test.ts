import { QueryShapeSerializer, XmlShapeDeserializer, XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, test } from "vitest";
import { decode } from "../../../src/sandbox/wire/decode.ts";
import { queryFormat, queryTree } from "../../../src/sandbox/wire/decode-query.ts";
import { createToy } from "./toy.ts";

const { handle } = createToy({ secrets: undefined, onBug() {} });
const authorization = `AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/x/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

type Sent = { path?: string; headers?: Record<string, string>; body?: string; method?: string };
async function send({ path = "/", headers = {}, body = "", method = "POST" }: Sent) {
  const [pathname = "", query = ""] = path.split("?");
  const request = { method, path: pathname, query, headers: { authorization, ...headers }, body: Buffer.from(body) };
  const reply = await handle(request);
  return { status: reply.status, text: Buffer.from(reply.body).toString() };
}
const ecs = (operation: string, body: string) =>
  send({ headers: { "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}` }, body });
const query = (body: string) =>
  send({ headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }, body });

describe("JSON that no well-behaved client sends", () => {
  test.each([
    ["DescribeServices", "{", "JSON"],
    ["DescribeServices", '{"services":"web"}', "list"],
    ["DescribeServices", '{"services":[1]}', "NUMBER_VALUE cannot be converted to String"],
    ["DescribeServices", "[]", "structure"],
    ["DescribeServices", '"x"', "structure"],
    ["RunTask", '{"taskDefinition":"t","count":"2"}', "STRING_VALUE cannot be converted to Number"],
    ["RunTask", '{"taskDefinition":"t","enableECSManagedTags":1}', "NUMBER_VALUE cannot be converted to Boolean"],
    ["RunTask", '{"taskDefinition":"t","tags":{}}', "list"],
  ])("%s %s is refused", async (operation, body, message) => {
    const { status, text } = await ecs(operation, body);
    expect(status).toBe(400);
    expect(text).toContain("SerializationException");
    expect(text).toContain(message);
  });

  test("null members, unknown members and null items are passed over", async () => {
    expect((await ecs("ListTasks", '{"cluster":null,"unknown":1}')).status).toBe(200);
    expect((await ecs("DescribeServices", '{"services":["web",null]}')).text).toContain('"failures":[]');
  });

  test("a required member that is absent deep inside is named by its path", async () => {
    const body = '{"taskDefinition":"t","networkConfiguration":{"awsvpcConfiguration":{}}}';
    expect((await ecs("RunTask", body)).text).toContain(
      "networkConfiguration.awsvpcConfiguration.subnets must not be null",
    );
  });

  test("unknown operations and services are refused", async () => {
    expect((await ecs("Nope", "{}")).text).toContain("UnknownOperationException");
    const stranger = await send({ headers: { "x-amz-target": "Nobody.X" }, body: "{}" });
    expect([stranger.status, stranger.text]).toEqual([400, expect.stringContaining("No service answers Nobody.X")]);
  });
});

describe("REST that no well-behaved client sends", () => {
  const execution = "/2025-12-01/durable-executions";

  test("a label that is not UTF-8 is refused", async () => {
    expect((await send({ path: `${execution}/%E0%A4%A`, method: "GET" })).status).toBe(400);
  });
  test("an absent required member of the body is named", async () => {
    expect((await send({ path: `${execution}/x/checkpoint`, body: "{}" })).text).toContain("CheckpointToken");
  });
  test("a query parameter of the wrong type is refused", async () => {
    const { text } = await send({ path: `${execution}/x/history?MaxItems=two`, method: "GET" });
    expect(text).toContain("two is not a valid number");
  });
});

describe("query strings", () => {
  const create = "Action=CreateDBSnapshot&Version=2014-10-31&DBInstanceIdentifier=db&DBSnapshotIdentifier=";

  test("list items are in the order of their numbers, not of their appearance", async () => {
    const { text } = await query(`${create}q1&Tags.Tag.10.Key=b&Tags.Tag.10.Value=2&Tags.Tag.9.Key=a`);
    expect(text).toContain("<TagList><Tag><Key>a</Key></Tag><Tag><Key>b</Key><Value>2</Value></Tag></TagList>");
  });
  test("a list's items may be called member", async () => {
    expect((await query(`${create}q2&Tags.member.1.Key=a`)).text).toContain("<Key>a</Key>");
  });
  test("an empty list is one", async () => {
    expect((await query(`${create}q3&Tags=`)).text).toContain("<TagList/>");
  });
  test("parameters cannot reach an object's prototype", async () => {
    expect((await query(`${create}q4&__proto__.x=1&constructor.prototype.y=2`)).text).toContain("q4");
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });
  test("an unknown action is refused", async () => {
    expect((await query("Action=Nope&Version=2014-10-31")).text).toContain("<Code>InvalidAction</Code>");
  });
  test("an answer has the envelope of its service", async () => {
    const { text } = await query("Action=GetCallerIdentity&Version=2011-06-15");
    expect(text).toMatch(
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><GetCallerIdentityResult>.*<\/GetCallerIdentityResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetCallerIdentityResponse>$/,
    );
  });
});

test("flattened lists, maps and lists of structures are read as the SDK writes them", async () => {
  const settings = {
    timestampFormat: { useTrait: true, default: 5 as const },
    xmlNamespace: "http://x/",
    serviceNamespace: "x",
    serializeEmptyLists: true,
  };
  const pair = [3, "x", "Pair", 0, ["A", "When"], [0, 4]];
  const list = [1, "x", "L", 0, [0, {}]];
  const named = [1, "x", "M", 0, [0, { xmlName: "Item" }]];
  const map = [2, "x", "P", 0, 0, () => pair];
  const structures = [1, "x", "N", 0, () => pair];
  const flat = { xmlFlattened: 1 };
  const schema = NormalizedSchema.of([
    3,
    "x",
    "S",
    0,
    ["F", "W", "M", "FM", "S", "FS"],
    [
      [list, { ...flat, xmlName: "Renamed" }],
      [named, 0],
      [map, 0],
      [map, flat],
      [structures, 0],
      [structures, flat],
    ],
  ] as never);
  const p = { A: "x", When: new Date("2026-01-02T03:04:05.600Z") };
  const value = { F: ["1", "2"], W: ["3", "4"], M: { k: p, l: p }, FM: { k: p }, S: [p, p], FS: [p] };

  const serializer = new QueryShapeSerializer(settings);
  serializer.write(schema, value);
  const tree = queryTree(new URLSearchParams(String(serializer.flush())));
  expect(decode(queryFormat, schema, tree, "", [])).toEqual(value);

  const xml = new XmlShapeSerializer(settings);
  xml.write(schema, value);
  expect(await new XmlShapeDeserializer(settings).read(schema, String(xml.flush()))).toEqual(value);
});
