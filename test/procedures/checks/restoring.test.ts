import { describe, expect, test } from "vitest";
import type { CheckInput } from "../../../src/procedures/checks/check.ts";
import { restoringChecks } from "../../../src/procedures/checks/restoring.ts";
import { runCheck } from "../../../src/procedures/checks.ts";
import { crm } from "../../targets/crm.ts";

const HOST = "crm-db.c1a2b3.eu-central-1.rds.amazonaws.com";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1-AbCdEf";
const ok = <Value>(value: Value) => ({ ok: true as const, value });
const rollback = { procedure: "rollback", of: "op-1" };
const upgrade = { procedure: "upgrade", image: "crm:2", snapshot: "required" };
const environment = (value: string, name = "DB_HOST") => ({
  containerDefinitions: [{ name: "app", environment: [{ name, value }] }],
});
const quota = (used: number, maximum: number) => ({ used, maximum });

type Over = {
  request?: object;
  restore?: string;
  target?: string;
  database?: object;
  own?: object;
  settings?: object;
  databases?: object[];
  proxies?: object[];
  definition?: object;
  databaseQuota?: object;
};

/** What the checks find of a target of which only this is known: those that are not passed. */
function found({ request = rollback, restore = "fence: sg-fence", ...over }: Over): Record<string, string> {
  const { targets } = crm(`restore: { ${restore} }`, over.target ?? "");
  const database = {
    kind: "instance",
    identifier: "crm-db",
    status: "available",
    engine: "postgres",
    engineVersion: "17.4",
    members: [],
    replicas: [],
    addresses: [HOST],
    settings: {
      resourceId: "db-1",
      own: { VpcSecurityGroupIds: ["sg-crm"], ...over.own },
      members: [],
      customEndpoints: [],
      addresses: [{ role: "instance", address: HOST }],
      ...over.settings,
    },
    ...over.database,
  };
  const input = {
    target: targets.get("crm")!,
    request,
    operationId: "op-20260115-020000-3f9a2c",
    discovery: {
      database: ok(database),
      databases: ok(over.databases ?? []),
      proxies: ok(over.proxies ?? []),
      shapes: ok([{ service: "crm-web", definition: over.definition ?? environment(HOST) }]),
      quotas: ok({
        databases: { instance: quota(3, 40), cluster: quota(0, 40), ...over.databaseQuota },
        snapshots: {},
      }),
    },
  } as unknown as CheckInput;
  const results = restoringChecks.map((check) => runCheck(check, input)).filter(({ outcome }) => outcome !== "passed");
  return Object.fromEntries(results.map((each) => [each.name, `${each.outcome}: ${each.found} → ${each.fix}`]));
}

test("says nothing of an instance that can be restored", () => {
  expect(found({})).toEqual({});
  expect(found({ restore: "fence: sg-fence, mode: repoint" })).toEqual({});
});

describe("the fence", () => {
  test("is demanded of a rollback, and of an operation that goes back by itself", () => {
    for (const over of [
      { request: rollback },
      { request: { ...upgrade, onFailure: "rollback" } },
      { request: upgrade, target: "onFailure: rollback" },
      { request: { procedure: "maintenance", snapshot: "required", otherwise: "rollback" } },
    ])
      expect(found({ restore: "", ...over })["restore-has-a-fence"]).toMatch(/^failed: none is named/);
  });

  test("is all that is warned of elsewhere, whatever else would stand in the way", () => {
    const warnings = found({ restore: "", request: upgrade, database: { globalCluster: "world" } });
    expect(Object.keys(warnings)).toEqual(["restore-has-a-fence"]);
    expect(warnings["restore-has-a-fence"]).toContain("A rollback would not be possible");
  });

  test("is not missed where there is no snapshot", () => {
    expect(found({ restore: "", request: { ...upgrade, snapshot: "none" } })).toEqual({});
  });

  test("must not be a group that lets clients in now", () => {
    expect(found({ restore: "fence: sg-crm" })["restore-has-a-fence"]).toMatch(/^failed: sg-crm is one of those/);
  });
});

describe("a database that cannot be restored as it is", () => {
  test.each([
    ["a read replica", { database: { replicaOf: "main" } }, "replica of main"],
    ["of a global database", { database: { globalCluster: "world" } }, "global database world"],
    ["RDS Custom", { database: { engine: "custom-oracle-ee" } }, "RDS Custom"],
    ["Aurora Serverless v1", { own: { EngineMode: "serverless" } }, "Serverless v1"],
    ["without its key", { database: { status: "inaccessible-encryption-credentials", kmsKey: "key/1" } }, "key/1"],
    ["a Multi-AZ DB cluster, by rename", { database: { kind: "cluster" } }, "mode: repoint"],
  ])("is refused: %s", (_, over, words) => {
    expect(found(over)["restore-is-possible"]).toMatch(/^failed: /);
    expect(found(over)["restore-is-possible"]).toContain(words);
    expect(found({ ...over, request: upgrade })["restore-is-possible"]).toMatch(/^warned: .*A rollback would not be/);
  });
});

test("refuses where a name that the restore needs is taken", () => {
  const databases = [{ kind: "instance", identifier: "crm-db-before-3f9a2c-g2" }];
  expect(found({ databases })["restore-has-names"]).toContain("RDS instance crm-db-before-3f9a2c-g2 is there already");
  expect(found({ databases, restore: "fence: sg-fence, mode: repoint" })).toEqual({});
});

test("refuses where the account may have no further instance", () => {
  expect(found({ databaseQuota: { instance: quota(40, 40) } })["restore-has-room"]).toMatch(
    /^failed: 40 of 40 instances, and 1 more is needed/,
  );
});

describe("nodes that would not come to the restored database", () => {
  const proxy = { name: "crm-proxy", addresses: ["crm-proxy.proxy-c1a2b3.eu-central-1.rds.amazonaws.com"] };

  test("are refused behind a proxy, whatever the mode", () => {
    for (const restore of ["fence: sg-fence", "fence: sg-fence, mode: repoint"])
      expect(
        found({ restore, proxies: [proxy], definition: environment(proxy.addresses[0]!) })[
          "restore-is-found-by-the-nodes"
        ],
      ).toMatch(/^failed: crm-web comes to it by a proxy \(DB_HOST of app names crm-proxy/);
  });

  test("are not those beside a proxy that others use", () => {
    expect(found({ proxies: [proxy] })).toEqual({
      "restore-leaves-nobody-behind": expect.stringMatching(/^warned: proxy crm-proxy would stay/),
    });
  });

  test("are refused by repoint, naming the secret, where no plain value has the address", () => {
    const definition = {
      containerDefinitions: [{ name: "app", secrets: [{ name: "DATABASE_URL", valueFrom: SECRET }] }],
    };
    expect(found({ definition, restore: "fence: sg-fence, mode: repoint" })).toEqual({
      "restore-is-found-by-the-nodes": expect.stringContaining(`DATABASE_URL of app comes from ${SECRET}`),
    });
    expect(found({ definition })).toEqual({});
  });
});

test("warns of logins that a restored database does not have", () => {
  const login = found({ database: { managedSecret: SECRET }, own: { EnableIAMDatabaseAuthentication: true } });
  expect(login["restore-keeps-the-login"]).toMatch(/^warned: RDS manages its login in .*; it takes logins by IAM/);
});
