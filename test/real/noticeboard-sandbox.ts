import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import pg from "pg";
import { stringify } from "yaml";
import { sandboxTemplate } from "../../infra/sandbox-template.ts";
import { buildLambda } from "../../scripts/build-lambda.ts";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import { bundlesIn } from "../../src/sandbox/bundles.ts";
import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";

const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/noticeboard";
export const OLD_IMAGE = `${REGISTRY}:1.4.2`;
export const NEW_IMAGE = `${REGISTRY}:2.0.0`;
export const CLUSTER = "noticeboards";
export const REPOSITORY_ID = "123456";

const PRODUCTION = [{ repository_id: REPOSITORY_ID, environment: "production", allow: ["upgrade", "decide"] }];

/** On a machine that has much else to do a node may be late with its answer and well all the same. */
const PATIENT = { path: "/api/__health_check", timeoutSeconds: 4, unhealthyThreshold: 5 };

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A sandbox with noticeboards, each with three nodes, two addresses and a database of 40 notices, and with the operations' store. */
export type NoticeboardSandbox = Sandbox & {
  store: OperationStore;
  /** The rows of a target's notices, asked of PostgreSQL itself, at its first address unless another is given. */
  rows(target: string, address?: string): Promise<{ text: string; price?: string; price_cents?: number }[]>;
  query(target: string, text: string, address?: string): Promise<Record<string, unknown>[]>;
};

type Noticeboards = {
  onFunctionLine?: (line: { functionName: string; line: string }) => void;
  /** Further members of every target in intermission.yml. */
  target?: object;
  /** What GitHub's jobs may, in the place of `upgrade` and `decide` in the environment `production`. */
  github?: readonly object[];
  /** Further environment of single noticeboards. */
  environment?: Record<string, Record<string, string>>;
  /** Those of no node and an empty database. */
  neverStarted?: readonly string[];
  switches?: Partial<Switches>;
};

export async function startNoticeboards(
  names: readonly string[],
  { target, github, environment, neverStarted = [], switches, ...options }: Noticeboards = {},
): Promise<NoticeboardSandbox> {
  await using cleanup = new AsyncDisposableStack();
  const scratch = await mkdtemp(join(tmpdir(), "intermission-test-"));
  cleanup.defer(() => rm(scratch, { recursive: true, force: true }));
  await buildLambda({ root, outDir: scratch });
  const sandbox = await startSandbox({
    seed: await parseSeed(seedOf(names, { target, github, environment, neverStarted, switches }), {
      fileName: "noticeboards.yml",
      directory: join(root, "examples/noticeboard"),
    }),
    bundles: bundlesIn(scratch),
    template: sandboxTemplate(scratch),
    ...options,
  });
  cleanup.defer(() => sandbox.close());

  const { services } = sandbox;
  const dynamo = new DynamoDBClient({
    endpoint: services.url,
    region: services.world.region,
    credentials: services.key,
  });
  cleanup.defer(() => dynamo.destroy());
  const store = createDynamoStore({
    client: DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
    table: sandbox.table!,
    clock: systemClock,
  });
  const query = async (target: string, text: string, address?: string) => {
    const url = new URL(sandbox.values.database[`${target}-db`]!.url);
    url.hostname = address ?? url.hostname;
    const database = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 });
    await database.connect();
    try {
      return (await database.query(text)).rows;
    } finally {
      await database.end();
    }
  };
  for (const name of names.filter((each) => !neverStarted.includes(each)))
    await query(name, "INSERT INTO notices (text, price) SELECT 'old ' || n, n FROM generate_series(1, 40) AS n");
  const started = cleanup.move();
  return {
    ...sandbox,
    store,
    query,
    rows: (target, address) => query(target, "SELECT * FROM notices ORDER BY id", address),
    close: () => started.disposeAsync(),
  };
}

/** Latencies so short that an upgrade takes seconds; everything else as on AWS. The region is one that every version of the AWS CLI takes an endpoint for. */
function seedOf(
  names: readonly string[],
  { target = {}, github = PRODUCTION, environment = {}, neverStarted = [], switches = {} }: Noticeboards,
): string {
  const each = <Value>(of: (name: string) => Value) => Object.fromEntries(names.map((name) => [name, of(name)]));
  const program = (file: string, environment: Record<string, string> = {}) => ({
    command: [process.execPath, file],
    environment: { HOST: "{host}", PORT: "{port}", NODE_NAME: "{task}", ...environment },
  });
  return stringify({
    region: "eu-central-1",
    latencies: {
      ecs: { schedulerTickMs: 250, provisioningMs: 100, pullMs: 100, deprovisioningMs: 200 },
      elb: { rulePropagationMinimumMs: 100, rulePropagationMaximumMs: 600, registrationMs: 100 },
      rds: {
        snapshotMs: 1_500,
        snapshotPerChangedGibibyteMs: 100,
        instanceMs: 1_500,
        modifyMs: 500,
        renameMs: 1_000,
        renameDnsMs: 1_000,
      },
    },
    switches,
    images: {
      [OLD_IMAGE]: program("v1.ts"),
      [NEW_IMAGE]: program("v2.ts", { NOTICEBOARD_MIGRATION_MS: "1500" }),
    },
    databases: Object.fromEntries(names.map((name) => [`${name}-db`, {}])),
    loadBalancers: each((name) => ({
      targetGroups: { [name]: { port: 3000, healthCheck: PATIENT, deregistrationDelaySeconds: 5 } },
      listeners: [{ default: { targetGroup: name } }],
    })),
    clusters: [CLUSTER],
    taskDefinitions: each((name) => ({
      containers: [
        {
          name: "app",
          image: OLD_IMAGE,
          port: 3000,
          environment: { DATABASE_URL: `{database.${name}-db.url}`, ...environment[name] },
        },
      ],
    })),
    services: each((name) => ({
      cluster: CLUSTER,
      taskDefinition: name,
      desiredCount: neverStarted.includes(name) ? 0 : 3,
      loadBalancers: [{ targetGroup: name, container: "app", port: 3000 }],
      deployment: { circuitBreaker: { enable: true, rollback: true } },
      availabilityZoneRebalancing: "ENABLED",
      healthCheckGracePeriodSeconds: 30,
    })),
    scalableTargets: names.map((name) => ({ service: name, min: neverStarted.includes(name) ? 0 : 2, max: 6 })),
    intermission: {
      targets: each((name) => ({
        app: "nocobase",
        url: `{loadBalancer.${name}.url}`,
        cluster: CLUSTER,
        services: [{ name, container: "app" }],
        database: { instance: `${name}-db` },
        drain: { seconds: 1 },
        ...target,
        access: {
          github,
          iam: [{ role: "arn:aws:iam::111122223333:user/operator", allow: ["*"] }],
        },
      })),
    },
  });
}
