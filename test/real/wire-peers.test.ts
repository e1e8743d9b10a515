import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createImages } from "../../src/sandbox/cloud/ecr/images.ts";
import { createOciRegistry } from "../../src/sandbox/cloud/ecr/oci-registry.ts";
import { type Listening, listen } from "../../src/sandbox/wire/server.ts";
import { createToy, KEY, SESSION } from "../sandbox/wire/toy.ts";
import { isMissing } from "./peers.ts";

const run = promisify(execFile);
const noCurl = isMissing("curl");
type Outcome = { code: number; stdout: string; stderr: string };

let server: Listening;
let directory: string;
let environment: NodeJS.ProcessEnv;
let digest: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "wire-peers-"));
  const images = createImages({ clock: { now: () => Date.now(), sleep: () => Promise.resolve() } });
  ({ digest } = images.add({ reference: "ghcr.io/team/app:1", program: { command: ["app"] } }));
  server = await listen(createToy({ open: [createOciRegistry(images)], onBug() {} }).handle);
  environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    // In us-east-1 version 1 of the CLI sends `aws rds` to rds.amazonaws.com whatever AWS_ENDPOINT_URL says
    // (awscli/customizations/overridesslcommonname.py); only --endpoint-url overrides that.
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_CONFIG_FILE: join(directory, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
    AWS_PAGER: "",
  };
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function execute(command: string, args: string[], extra: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(command, args, { env: { ...environment, ...extra }, cwd: directory });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    if (typeof code !== "number") throw error;
    return { code, stdout, stderr };
  }
}

describe.skipIf(isMissing("aws"))("the AWS CLI, told nothing but AWS_ENDPOINT_URL", () => {
  const aws = (line: string, extra?: NodeJS.ProcessEnv) => execute("aws", line.split(" "), extra);

  test.each([
    ["ecs describe-services --cluster main --services web nope --query failures[0].reason", "MISSING"],
    ["ecs update-service --service web --desired-count 2 --query service.desiredCount", "2"],
    [
      "elbv2 create-rule --listener-arn l --priority 3 --conditions Field=path-pattern,Values=/a,/b --actions Type=forward,TargetGroupArn=t --query Rules[0].Conditions[0].Values[1]",
      "/b",
    ],
    [
      "rds create-db-snapshot --db-snapshot-identifier cli --db-instance-identifier db --tags Key=a,Value=1 --query DBSnapshot.TagList[0].Value",
      "1",
    ],
    [
      "rds describe-db-snapshots --filters Name=db-instance-id,Values=db --query DBSnapshots[0].DBSnapshotIdentifier",
      "cli",
    ],
    ["lambda invoke --function-name echo out.json --query StatusCode", "200"],
    ["dynamodb list-tables --query length(TableNames)", "0"],
    ["sts get-caller-identity --query UserId", KEY.accessKeyId],
  ])("%s", async (line, said) => {
    const { stdout, stderr } = await aws(`${line} --output text`);
    expect(stdout.trim(), stderr).toBe(said);
  });

  test.each([
    ["ecs update-service --service nope", "ServiceNotFoundException"],
    ["rds describe-db-snapshots --db-snapshot-identifier gone", "DBSnapshotNotFound"],
    ["rds describe-db-instances", "NotImplemented"],
    ["--no-sign-request ecs list-tasks", "MissingAuthenticationTokenException"],
  ])("%s fails with %s", async (line, code) => {
    const outcome = await aws(line);
    expect(outcome.stderr).toContain(`(${code})`);
    expect(outcome.code).toBeGreaterThan(0);
  });

  test("a session token is part of the credentials, and a wrong secret is none", async () => {
    const session = { AWS_ACCESS_KEY_ID: SESSION.accessKeyId, AWS_SESSION_TOKEN: SESSION.sessionToken };
    expect((await aws("sts get-caller-identity --query UserId --output text", session)).stdout.trim()).toBe(
      SESSION.accessKeyId,
    );
    const refused = await aws("sts get-caller-identity", { AWS_SECRET_ACCESS_KEY: "wrong" });
    expect(refused.stderr).toContain("(SignatureDoesNotMatch)");
  });
});

const BOTO = `
import datetime, json, boto3
from botocore.config import Config
from botocore.exceptions import ClientError
client = lambda name, **more: boto3.client(name, config=Config(retries={'max_attempts': 0}, **more))
def code(call, **arguments):
    try: return call(**arguments)
    except ClientError as e: return [e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode'], type(e).__name__]
ecs, elb, rds = client('ecs'), client('elbv2'), client('rds')
conditions = [{'Field': 'query-string', 'QueryStringConfig': {'Values': [{'Key': 'a', 'Value': 'b'}, {'Value': 'c'}]}}]
actions = [{'Type': 'forward', 'ForwardConfig': {'TargetGroups': [{'TargetGroupArn': 'x', 'Weight': 3}]}}]
web = ecs.describe_services(services=['web'])['services'][0]
rule = elb.create_rule(ListenerArn='l', Priority=7, Conditions=conditions, Actions=actions)['Rules'][0]
snapshot = rds.create_db_snapshot(DBSnapshotIdentifier='boto', DBInstanceIdentifier='db', Tags=[{'Key': 'a', 'Value': '1'}])['DBSnapshot']
print(json.dumps({
    'createdAt': web['createdAt'].astimezone(datetime.timezone.utc).isoformat(),
    'tag': web['tags'][0]['value'],
    'rule': rule['Conditions'] == conditions and rule['Actions'] == actions,
    'snapshot': [snapshot['TagList'], snapshot['SnapshotCreateTime'].isoformat()],
    'noService': code(ecs.update_service, service='nope'),
    'unvalidated': code(client('ecs', parameter_validation=False).update_service, service=1),
    'taken': code(elb.create_rule, ListenerArn='l', Priority=7, Conditions=conditions, Actions=actions),
    'gone': code(rds.describe_db_snapshots, DBSnapshotIdentifier='gone'),
    'again': code(rds.create_db_snapshot, DBSnapshotIdentifier='boto', DBInstanceIdentifier='db'),
    'payload': client('lambda').invoke(FunctionName='echo', Payload='héllo'.encode())['Payload'].read().decode(),
}))
`;

test.skipIf(isMissing("boto3"))("boto3 reads values, dates, nesting and typed errors", async () => {
  const { stdout, stderr } = await execute("python3", ["-c", BOTO]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    createdAt: "2026-01-02T03:04:05.678000+00:00",
    tag: "<&>\"'",
    rule: true,
    snapshot: [[{ Key: "a", Value: "1" }], "2026-01-02T03:04:05.678000+00:00"],
    noService: ["ServiceNotFoundException", 400, "ServiceNotFoundException"],
    unvalidated: ["SerializationException", 400, "ClientError"],
    taken: ["PriorityInUse", 400, "PriorityInUseException"],
    gone: ["DBSnapshotNotFound", 404, "DBSnapshotNotFoundFault"],
    again: ["DBSnapshotAlreadyExists", 400, "DBSnapshotAlreadyExistsFault"],
    payload: "héllo",
  });
});

describe.skipIf(noCurl)("curl --aws-sigv4", () => {
  type Probe = { args: string[]; user?: string; service?: string };
  async function status({ args, user = `${KEY.accessKeyId}:secret`, service = "execute-api" }: Probe) {
    const signing = ["--user", user, "--aws-sigv4", `aws:amz:us-east-1:${service}`];
    const shown = ["-s", "-g", "-o", "body", "-w", "%{http_code}", "--path-as-is"];
    return Number((await execute("curl", [...shown, ...signing, ...args])).stdout);
  }
  const at = (path: string) => `${server.url}${path}`;
  const JSON_TYPE = ["-H", "content-type: application/json"];
  const TARGET = [
    "-H",
    "content-type: application/x-amz-json-1.1",
    "-H",
    "x-amz-target: AmazonEC2ContainerServiceV20141113.ListTasks",
  ];
  const TOKEN = ["-H", `x-amz-security-token: ${SESSION.sessionToken}`];
  const asSession = `${SESSION.accessKeyId}:secret`;

  test.each<[string, (() => string[]) | string, Omit<Probe, "args">?]>([
    ["a plain path", "/items"],
    ["a trailing slash", "/items/"],
    ["unreserved characters", "/a.b-c_d~e/1"],
    ["sorted parameters", "/items?limit=10&status=open"],
    ["an upper-case percent-encoded value", "/items?q=a%20b%2Fc%3Ad"],
    ["a JSON body", () => [...JSON_TYPE, "-d", '{"a":1}', at("/items")]],
    ["a UTF-8 body and a query", () => [...JSON_TYPE, "-d", '{"a":"é","b":"<&>"}', at("/items?b=1")]],
    ["a body from a file", () => [...JSON_TYPE, "--data-binary", "@request.json", at("/items")]],
    ["a PUT", () => [...JSON_TYPE, "-X", "PUT", "-d", "{}", at("/items")]],
    ["an empty POST", () => ["-X", "POST", at("/items")]],
    ["a DELETE", () => ["-X", "DELETE", at("/items/1")]],
    ["further headers", () => ["-H", "X-Upper: AbC", "-H", "a-lower: b", at("/items")]],
    ["a session token", () => [...TOKEN, at("/items")], { user: asSession }],
    ["ECS", () => [...TARGET, "-d", "{}", at("/")], { service: "ecs" }],
    ["STS", () => ["-d", "Action=GetCallerIdentity&Version=2011-06-15", at("/")], { service: "sts" }],
    ["Lambda", () => ["-d", "hello", at("/2015-03-31/functions/echo/invocations")], { service: "lambda" }],
  ])("signs %s as AWS expects", async (_what, request, options) => {
    await writeFile(join(directory, "request.json"), '{"a":1}');
    const args = typeof request === "string" ? [at(request)] : request();
    expect(await status({ args, ...options })).toBe(200);
  });

  test.each<[string, () => string[], Omit<Probe, "args">?]>([
    ["a wrong secret", () => [at("/items")], { user: `${KEY.accessKeyId}:wrong` }],
    ["an unknown key", () => [at("/items")], { user: "NOBODY:secret" }],
    ["another session token", () => ["-H", "x-amz-security-token: other", at("/items")], { user: asSession }],
    ["no session token", () => [at("/items")], { user: asSession }],
    ["a hash of another body", () => ["-H", `x-amz-content-sha256: ${"0".repeat(64)}`, at("/items")]],
    ["another service's scope", () => [...TARGET, "-d", "{}", at("/")], { service: "rds" }],
  ])("is refused with %s", async (_what, args, options) => {
    expect(await status({ args: args(), ...options })).toBe(403);
  });

  // Later versions sign more of these as AWS expects; the documented examples keep to what every version signs.
  describe("7.88 signs otherwise than AWS, and is refused with", () => {
    let version: string;
    beforeAll(async () => {
      version = (await execute("curl", ["--version"])).stdout.split(" (")[0] ?? "";
    });
    const probes = {
      "parameters out of order": "/items?status=open&limit=10",
      "a raw slash in a value": "/items?q=a/b",
      "a lower-case percent-encoding": "/items?q=%c3%a9",
      "a parameter without =": "/items?flag",
      "a colon in the path": "/a:b",
      "an encoded space in the path": "/a%20b",
    };
    for (const [what, path] of Object.entries(probes)) {
      test(what, async ({ skip }) => {
        if (!version.startsWith("curl 7.88.")) skip(`this is ${version}, not curl 7.88`);
        expect(await status({ args: [at(path)] })).toBe(403);
      });
    }
  });
});

test.skipIf(noCurl)("curl reads an image's digest from the registry, unsigned", async () => {
  const { stdout } = await execute("curl", ["-sI", `${server.url}/v2/ghcr.io/team/app/manifests/1`]);
  expect(stdout).toMatch(/^HTTP\/1.1 200 /);
  expect(stdout.toLowerCase()).toContain(`docker-content-digest: ${digest}`);
});
