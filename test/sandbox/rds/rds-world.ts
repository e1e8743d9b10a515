import * as sdk from "@aws-sdk/client-rds";
import { RDS } from "@aws-sdk/client-rds";
import { systemClock } from "../../../src/clock.ts";
import { createEventLog, type SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";
import { createRds } from "../../../src/sandbox/cloud/rds/rds.ts";
import { latenciesSchema, type Switches, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { createSimulatedDatabases } from "../../../src/sandbox/substrate/simulated/databases.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const service = describeService(sdk, sdk.RDSClient);

/** RDS over simulated databases, called through the real SDK client over the real wire format. */
export function createRdsWorld(latencies: Record<string, number> = {}, switches: Partial<Switches> = {}) {
  const log = createEventLog(systemClock);
  const world: World = {
    account: "111122223333",
    region: "eu-west-1",
    clock: systemClock,
    timers: createTimers(),
    ids: createIds(1),
    log,
    latencies: latenciesSchema.parse({ rds: latencies }),
    switches: switchesSchema.parse(switches),
  };
  const databases = createSimulatedDatabases();
  const names = new Map<string, string[]>();
  const rds = createRds(world, { databases, network: { name: (host, addresses) => names.set(host, addresses) } });
  const client = new RDS({
    region: world.region,
    endpoint: "http://sandbox",
    credentials: { accessKeyId: "A", secretAccessKey: "S" },
    maxAttempts: 1,
    requestHandler: inProcess(createEndpoint({ mounts: [{ service, handlers: rds.handlers }] })),
  });
  const facts = <Kind extends SandboxFact["kind"]>(kind: Kind) =>
    log.after().filter((event): event is Extract<typeof event, { kind: Kind }> => event.kind === kind);

  const logged = (matches: (fact: SandboxFact) => boolean) =>
    new Promise<number>((resolve) => {
      const start = systemClock.now();
      const unsubscribe = log.subscribe((fact) => {
        if (!matches(fact)) return;
        unsubscribe();
        resolve(systemClock.now() - start);
      });
    });

  const instance = async (identifier: string) =>
    (await client.describeDBInstances({ DBInstanceIdentifier: identifier })).DBInstances![0]!;
  const snapshot = async (identifier: string) =>
    (await client.describeDBSnapshots({ DBSnapshotIdentifier: identifier })).DBSnapshots![0]!;
  const create = (identifier: string, more: Partial<sdk.CreateDBInstanceCommandInput> = {}) =>
    client.createDBInstance({
      DBInstanceIdentifier: identifier,
      DBInstanceClass: "db.t4g.medium",
      Engine: "postgres",
      AllocatedStorage: 20,
      MasterUsername: "app",
      MasterUserPassword: "secret-password",
      ...more,
    });

  /** Waits until an instance has the status and says how many milliseconds that took. */
  const until = async (identifier: string, status: string): Promise<number> => {
    if ((await instance(identifier)).DBInstanceStatus === status) return 0;
    return logged((fact) => fact.kind === "database" && fact.identifier === identifier && fact.status === status);
  };
  const untilSnapshot = async (identifier: string): Promise<number> => {
    if ((await snapshot(identifier)).Status === "available") return 0;
    return logged((fact) => fact.kind === "snapshot" && fact.identifier === identifier && fact.status === "available");
  };

  const cluster = async (identifier: string) =>
    (await client.describeDBClusters({ DBClusterIdentifier: identifier })).DBClusters![0]!;
  const clusterSnapshot = async (identifier: string) =>
    (await client.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: identifier })).DBClusterSnapshots![0]!;
  const createCluster = (identifier: string, more: Partial<sdk.CreateDBClusterCommandInput> = {}) =>
    client.createDBCluster({
      DBClusterIdentifier: identifier,
      Engine: "aurora-postgresql",
      MasterUsername: "app",
      MasterUserPassword: "secret-password",
      ...more,
    });
  const createMember = (identifier: string, more: Partial<sdk.CreateDBInstanceCommandInput> = {}) =>
    client.createDBInstance({
      DBInstanceIdentifier: identifier,
      DBClusterIdentifier: "crm",
      DBInstanceClass: "db.r6g.large",
      Engine: "aurora-postgresql",
      ...more,
    });
  const untilCluster = async (identifier: string, status: string): Promise<number> => {
    if ((await cluster(identifier)).Status === status) return 0;
    return logged((fact) => fact.kind === "database" && fact.identifier === identifier && fact.status === status);
  };

  return {
    ...{ client, databases, rds, world, facts, instance, snapshot, create, until, untilSnapshot },
    ...{ cluster, clusterSnapshot, createCluster, createMember, untilCluster },
    /** Where a resolver that has cached nothing else says that an endpoint's name leads. */
    resolve: (address: string) => names.get(address) ?? [],
    /** A program's connections to an address. */
    at: (address: string | undefined, port = 5432) => databases.connect({ address: address!, port }),
    sleep: (ms: number) => systemClock.sleep(ms),

    /** An instance that is available. */
    made: async (identifier = "crm-db", more: Partial<sdk.CreateDBInstanceCommandInput> = {}) => {
      await create(identifier, more);
      await until(identifier, "available");
    },
    /** A snapshot that is available. */
    taken: async (identifier: string, of = "crm-db") => {
      await client.createDBSnapshot({ DBSnapshotIdentifier: identifier, DBInstanceIdentifier: of });
      await untilSnapshot(identifier);
    },
    /** A program's connections to an instance's endpoint as it is described now. */
    connect: async (identifier: string) => {
      const { Endpoint } = await instance(identifier);
      return databases.connect({ address: Endpoint!.Address!, port: Endpoint!.Port! });
    },
  };
}
export type RdsWorld = ReturnType<typeof createRdsWorld>;

/** Runs `body` in virtual time with an available instance `crm-db`. */
export const withInstance = (
  body: (world: RdsWorld) => Promise<void>,
  latencies?: Record<string, number>,
  switches?: Partial<Switches>,
) =>
  inRds(
    async (world) => {
      await world.made();
      await body(world);
    },
    latencies,
    switches,
  );

/** Runs `body` in virtual time with an available Aurora cluster `crm` of `crm-1`, which writes, and `crm-2`, which reads. */
export const withCluster = (
  body: (world: RdsWorld) => Promise<void>,
  latencies?: Record<string, number>,
  switches?: Partial<Switches>,
) =>
  inRds(
    async (world) => {
      await world.createCluster("crm");
      await world.untilCluster("crm", "available");
      for (const name of ["crm-1", "crm-2"]) await world.createMember(name);
      await world.until("crm-2", "available");
      await body(world);
    },
    latencies,
    switches,
  );

/** Runs `body` in virtual time. */
export const inRds =
  (body: (world: RdsWorld) => Promise<void>, latencies?: Record<string, number>, switches?: Partial<Switches>) => () =>
    inVirtualTime(async () => {
      const world = createRdsWorld(latencies, switches);
      try {
        await body(world);
      } finally {
        await world.rds.stop();
      }
    });
