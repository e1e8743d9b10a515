import { describe, expect, test } from "vitest";
import type { CheckInput } from "../../../src/procedures/checks/check.ts";
import { dataChecks } from "../../../src/procedures/checks/data.ts";
import { parseConfiguration } from "../../../src/targets/configuration.ts";

const HOST = "crm-db.c1a2b3.eu-central-1.rds.amazonaws.com";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1-AbCdEf";
const ok = <Value>(value: Value) => ({ ok: true as const, value });

/** What one check finds of a target of which only this is known. */
function found(name: string, over: { definition?: object; database?: object; target?: string; databaseIs?: string }) {
  const { targets } = parseConfiguration(
    `
targets:
  crm:
    app: nocobase
    url: https://crm.example.com
    cluster: crm
    services: [{ name: crm-web, container: app }]
    database: ${over.databaseIs ?? "{ instance: crm-db }"}
    ${over.target ?? ""}
`,
    "intermission.yml",
  );
  const database = {
    kind: "instance",
    identifier: "crm-db",
    status: "available",
    engine: "postgres",
    engineVersion: "17.4",
    members: [],
    addresses: [HOST],
    ...over.database,
  };
  const input = {
    target: targets.get("crm")!,
    request: { procedure: "upgrade", image: "crm:2", snapshot: "required" },
    operationId: "op-1",
    discovery: {
      shapes: ok([{ service: "crm-web", definition: { containerDefinitions: [], ...over.definition } }]),
      database: ok(over.databaseIs === "none" ? undefined : database),
      databases: ok([]),
      databaseAddresses: ok(over.databaseIs === "none" ? undefined : { hosts: [HOST], secrets: [] }),
    },
  } as unknown as CheckInput;
  return dataChecks.find((check) => check.name === name)!.find(input);
}

describe("nodes-use-this-database", () => {
  const container = (more: object) => ({ containerDefinitions: [{ name: "app", ...more }] });
  const environment = (value: string, name = "DB_HOST") => container({ environment: [{ name, value }] });
  const look = (definition: object, more: object = {}) => found("nodes-use-this-database", { definition, ...more });

  test("passes where the address is ours, and shows nothing but the host", () => {
    const finding = look(environment(`postgres://crm:hunter2@${HOST}/crm`, "DATABASE_URL"));
    expect(finding).toEqual({ outcome: "passed", found: `crm-web: DATABASE_URL of app names ${HOST}` });
  });

  test("passes where the login is the one that RDS keeps for this database", () => {
    const definition = container({ secrets: [{ name: "LOGIN", valueFrom: `${SECRET}:password::` }] });
    expect(look(definition, { database: { managedSecret: SECRET } }).outcome).toBe("passed");
    expect(look(definition).outcome).toBe("warned");
  });

  test("fails where another endpoint of RDS is named, of this account or of another", () => {
    const finding = look(environment(HOST.replace("crm-db", "wiki-db")));
    expect(finding).toMatchObject({ outcome: "failed", found: expect.stringContaining("names wiki-db.c1a2b3") });
  });

  test("passes where ours is named beside another, such as that of reports", () => {
    const both = container({
      environment: [
        { name: "DB_HOST", value: HOST },
        { name: "REPORTS_HOST", value: HOST.replace("crm-db", "wiki-db") },
      ],
    });
    expect(look(both).outcome).toBe("passed");
  });

  test("warns where no address can be seen, and says where it may be", () => {
    expect(look(environment("db.internal.example.com"))).toMatchObject({
      outcome: "warned",
      found: expect.stringContaining("DB_HOST is another name or value"),
    });
    expect(look(container({ secrets: [{ name: "DATABASE_URL", valueFrom: "/crm/database-url" }] }))).toMatchObject({
      outcome: "warned",
      found: expect.stringContaining("DATABASE_URL comes from /crm/database-url"),
    });
    expect(look(container({ environmentFiles: [{ value: "arn:aws:s3:::crm/env", type: "s3" }] })).found).toContain(
      "arn:aws:s3:::crm/env",
    );
  });

  test("warns where the target has none, though its nodes name one", () => {
    expect(look(environment(HOST), { databaseIs: "none" }).outcome).toBe("warned");
    expect(look(container({}), { databaseIs: "none" }).outcome).toBe("passed");
  });
});

describe("database-is-available", () => {
  const look = (database: object, more: object = {}) => found("database-is-available", { database, ...more });
  const member = (identifier: string, more: object = {}) => ({
    identifier,
    status: "available",
    writer: false,
    ...more,
  });
  const cluster = {
    kind: "cluster",
    engine: "aurora-postgresql",
    members: [member("a", { writer: true }), member("b")],
  };

  test.each<[string, object, string]>([
    ["a read replica", { replicaOf: "main-db" }, "read replica of main-db"],
    ["a state that nobody knows", { status: "quiescing" }, "quiescing: no state in which"],
    ["a cluster that optimises its storage", { ...cluster, status: "storage-optimization" }, "storage-optimization"],
    ["a cluster without instances", { ...cluster, members: [] }, "no instance that writes"],
    [
      "a cluster whose writer restarts",
      { ...cluster, members: [member("a", { writer: true, status: "rebooting" })] },
      "writer a is rebooting",
    ],
  ])("refuses %s", (_, database, words) => {
    expect(look(database)).toMatchObject({ outcome: "failed", found: expect.stringContaining(words) });
  });

  test.each<[string, object, string]>([
    ["an instance that optimises its storage", { status: "storage-optimization" }, "optimises"],
    [
      "a cluster of which a reader restarts",
      { ...cluster, members: [member("a", { writer: true }), member("b", { status: "rebooting" })] },
      "b is rebooting",
    ],
    ["a cluster of a global database", { ...cluster, globalCluster: "world" }, "global database world"],
    ["a serverless cluster that may pause", { ...cluster, minimumCapacity: 0 }, "0 ACU"],
  ])("warns of %s", (_, database, words) => {
    expect(look(database)).toMatchObject({ outcome: "warned", found: expect.stringContaining(words) });
  });

  test("passes a cluster of which everything is available, and a serverless one that never pauses", () => {
    expect(look(cluster).outcome).toBe("passed");
    expect(look({ ...cluster, minimumCapacity: 0.5 }).outcome).toBe("passed");
  });

  test("warns where there is none: nothing can be taken back", () => {
    expect(look({}, { databaseIs: "none" })).toMatchObject({ outcome: "warned" });
  });
});

describe("storage-is-decided", () => {
  const look = (volume: object, target = "", mounted = true) =>
    found("storage-is-decided", {
      target,
      definition: {
        volumes: [{ name: "files", ...volume }],
        containerDefinitions: [{ name: "app", mountPoints: mounted ? [{ sourceVolume: "files" }] : [] }],
      },
    });
  const efs = { efsVolumeConfiguration: { fileSystemId: "fs-1" } };

  test.each([
    ["EFS", efs],
    ["FSx", { fsxWindowsFileServerVolumeConfiguration: { fileSystemId: "fs-2" } }],
  ])("demands a decision about files on %s", (_, volume) => {
    expect(look(volume).outcome).toBe("failed");
    expect(look(volume, "storage: unaffected").outcome).toBe("passed");
    expect(look(volume, "storage: app-restores").outcome).toBe("passed");
    expect(look(volume, "storage: mine").outcome).toBe("warned");
  });

  test("demands none where nothing is mounted, or each node has its own", () => {
    expect(look(efs, "", false).outcome).toBe("passed");
    expect(look({}).outcome).toBe("passed");
  });

  test.each([
    ["a folder of the host", { host: { sourcePath: "/var/crm" } }],
    ["a Docker volume that outlives the task", { dockerVolumeConfiguration: { scope: "shared" } }],
  ])("warns of %s", (_, volume) => {
    expect(look(volume).outcome).toBe("warned");
  });

  test("refuses EBS volumes that a standalone leader would not have", () => {
    expect(look({ configuredAtLaunch: true }).outcome).toBe("failed");
    expect(look({ configuredAtLaunch: true }, "leader: service").outcome).toBe("passed");
  });
});
