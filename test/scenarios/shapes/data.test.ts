import { expect, test } from "vitest";
import type { Database } from "../../../src/aws/rds-shapes.ts";
import { onDatabase } from "../../simulation/database-seeds.ts";
import { OLD_IMAGE } from "../../simulation/noticeboard-cloud.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const virtually = (name: string, body: () => Promise<unknown>) =>
  test(name, { timeout: 90_000 }, () => inVirtualTime(async () => void (await body())));

/** The database as the runbook sees it, otherwise than it is: what the sandbox's RDS never gets into by itself. */
const seenAs = (changes: Partial<Database>) => (cloud: SimulatedCloud) => {
  const { rds } = cloud.runbook.aws;
  const { database } = rds;
  rds.database = async (wanted) => {
    const found = await database(wanted);
    return found && { ...found, ...changes };
  };
};

const onFiles = `
taskDefinitions:
  noticeboard:
    volumes: { uploads: { fileSystem: fs-0123456789abcdef0, rootDirectory: /uploads } }
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        mounts: { uploads: /app/storage }
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
`;

virtually("an instance behind a proxy, with a read replica, both of which follow the migration", () =>
  provenShape("proxy-and-replica", {
    cloud: {
      seed: onDatabase(
        "  noticeboard-db: {}\n  noticeboard-reader: { kind: replica, of: noticeboard-db }\n  noticeboard-proxy: { kind: proxy, of: noticeboard-db }",
        { name: "noticeboard-proxy", configured: "{ instance: noticeboard-db }" },
      ).replace("  noticeboard-db: null\n", ""),
    },
  }),
);

virtually("files on EFS that the application's upgrades do not affect", () =>
  provenShape("shared-storage", { cloud: { seed: onFiles, target: ["storage: mine"] } }),
);

virtually("files on EFS of which the target says nothing", () =>
  refusedShape("shared-storage-undecided", { cloud: { seed: onFiles } }),
);

virtually("another database of the account than the one that the nodes use", () =>
  refusedShape("other-database", {
    cloud: {
      seed: "databases: { wiki-db: {} }\nintermission: { targets: { noticeboard: { database: { instance: wiki-db } } } }",
    },
  }),
);

virtually("another service of the cluster on the same database", () =>
  refusedShape("unlisted-service", {
    cloud: {
      worker: true,
      seed: "intermission: { targets: { noticeboard: { services: [{ name: noticeboard, container: app }] } } }",
    },
  }),
);

const REPORTS = `
taskDefinitions:
  wiki:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard-wiki:7.0.0
        port: 3000
        environment: { REPORTS_FROM: "{database.noticeboard-db.url}" }
`;

virtually("another application's service on the same database that the target says to ignore", async () => {
  const { state } = await provenShape("ignored-service", {
    cloud: { neighbour: true, seed: REPORTS, target: ["otherWriters: { families: { wiki: ignore } }"] },
  });
  expect(state.checks.find(({ name }) => name === "database-is-theirs-alone")).toMatchObject({ outcome: "warned" });
});

virtually("a service of the application itself that is not listed is never ignored", () =>
  refusedShape("unlisted-service-ignored", {
    cloud: {
      worker: true,
      seed: "intermission: { targets: { noticeboard: { services: [{ name: noticeboard, container: app }] } } }",
      target: ["otherWriters: ignore"],
    },
  }),
);

virtually("a quota of snapshots that is full, with old ones of ours that can go", () =>
  refusedShape("snapshot-quota-full", {
    cloud: { target: ["snapshot: { warmUp: true }"] },
    arrange: async ({ runbook, world }) => {
      const { rds } = runbook.aws;
      for (const number of [1, 2, 3]) {
        const operation = `op-20250101-02000${number}-00000${number}`;
        await rds.createSnapshot({
          of: { kind: "instance", identifier: "noticeboard-db" },
          identifier: `intermission-${operation}`,
          tags: {
            "intermission:operation": operation,
            "intermission:target": "noticeboard",
            "intermission:role": "backup",
            "intermission:outcome": "succeeded",
          },
        });
        await world.clock.sleep(120_000);
      }
      const { quotas } = rds;
      rds.quotas = async () => ({
        ...(await quotas()),
        snapshots: { instance: { used: 99, maximum: 100 }, cluster: undefined },
      });
    },
  }),
);

for (const status of ["backing-up", "stopped", "storage-full", "inaccessible-encryption-credentials-recoverable"])
  virtually(`an instance that is ${status}`, () => refusedShape(`database-${status}`, { meddle: seenAs({ status }) }));

virtually(
  "windows of RDS that open while the site is closed, with changes that wait for them, are warned of",
  async () => {
    const { state } = await provenShape("rds-windows", {
      meddle: (cloud) => {
        seenAs({
          backupWindow: "02:10-02:40",
          maintenanceWindow: "thu:02:00-thu:02:30",
          pendingSettings: ["DBInstanceClass"],
        })(cloud);
        cloud.rds.disturb("noticeboard-db", {
          maintenance: [{ action: "system-update", at: "2026-01-15T02:05:00.000Z" }],
        });
      },
    });
    expect(state.checks.find(({ name }) => name === "database-stays-quiet")).toMatchObject({ outcome: "warned" });
  },
);
