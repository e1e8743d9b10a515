import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-rds";
import { RDS } from "@aws-sdk/client-rds";
import pg from "pg";
import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createEventLog } from "../../src/sandbox/cloud/event-log.ts";
import { createRds } from "../../src/sandbox/cloud/rds/rds.ts";
import { latenciesSchema, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers } from "../../src/sandbox/cloud/world.ts";
import { createRealDatabases } from "../../src/sandbox/substrate/real/databases.ts";
import { createEndpoint, inProcess } from "../../src/sandbox/wire/server.ts";
import { describeService } from "../../src/sandbox/wire/service.ts";

const QUICK = {
  snapshotMs: 50,
  instanceMs: 50,
  clusterMs: 50,
  modifyMs: 50,
  renameMs: 50,
  renameDnsMs: 300,
  rebootMs: 200,
  deleteMs: 50,
};

/** RDS over real PostgreSQL servers, in a hurry. */
export async function createRdsOnPostgres() {
  const databases = createRealDatabases({ directory: await mkdtemp(join(tmpdir(), "databases-")) });
  const service = createRds(
    {
      account: "111122223333",
      region: "eu-west-1",
      clock: systemClock,
      timers: createTimers(),
      ids: createIds(1),
      log: createEventLog(systemClock),
      latencies: latenciesSchema.parse({ rds: QUICK }),
      switches: switchesSchema.parse({}),
    },
    { databases },
  );
  const client = new RDS({
    region: "eu-west-1",
    endpoint: "http://sandbox",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    requestHandler: inProcess(
      createEndpoint({ mounts: [{ service: describeService(sdk, sdk.RDSClient), handlers: service.handlers }] }),
    ),
  });
  const instance = async (identifier: string) =>
    (await client.describeDBInstances({ DBInstanceIdentifier: identifier })).DBInstances![0]!;
  return {
    ...{ client, service, instance },
    available: (identifier: string) =>
      expect.poll(async () => (await instance(identifier)).DBInstanceStatus, { timeout: 20_000 }).toBe("available"),
    async stop() {
      await service.stop();
      await databases.shutDown();
    },
  };
}
export type RdsOnPostgres = Awaited<ReturnType<typeof createRdsOnPostgres>>;

/** A connection of the master user to the database `notes`. */
export async function connect(host: string | undefined, { port = 5432, password = "secret-password" } = {}) {
  const connection = new pg.Client({ host, port, user: "app", password, database: "notes" });
  connection.on("error", () => {});
  onTestFinished(() => connection.end().catch(() => {}));
  await connection.connect();
  return { rows: async (sql: string) => (await connection.query(sql)).rows };
}
