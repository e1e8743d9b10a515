import { describe, expect, test } from "vitest";
import { nextcloud, nocobase, sonarqube } from "../../simulation/dialects.ts";
import { judgedUpgrade } from "../../simulation/judged-upgrade.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";

const LIMIT = { timeout: 120_000 };
/** In the place of what is said of the noticeboard: the preset says it. */
const preset = (app: string, more: string[] = []) => [
  `app: ${app}`,
  "probes: {}",
  ...(more.some((line) => line.startsWith("leaderEnvironment")) ? [] : ["leaderEnvironment: {}"]),
  ...more,
];
const plugins = { "1.4.2": ["acl", "workflow"], "2.0.0": ["acl", "workflow", "ai"] };
/** A NocoBase that nothing has to be said of. */
const WELL_MADE = `
taskDefinitions:
  noticeboard:
    volumes: { storage: { fileSystem: fs-0123456789abcdef0 } }
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
        stopTimeoutSeconds: 2
        mounts: { storage: /app/nocobase/storage }
intermission: { targets: { noticeboard: { storage: app-restores } } }
`;

describe("NocoBase", () => {
  test("with shared storage and short stops is upgraded, and lists all its plugins afterwards", LIMIT, () =>
    inVirtualTime(async () => {
      const { events } = await provenShape("nocobase", {
        cloud: { target: preset("nocobase"), dialect: nocobase(plugins), seed: WELL_MADE },
      });
      expect(events).toContainEqual(
        expect.objectContaining({ type: "progress", message: "lists everything that it listed before (2)" }),
      );
    }),
  );

  test("as it is often run is upgraded with warnings", LIMIT, () =>
    inVirtualTime(async () => {
      const seed = `
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}", CLUSTER_MODE: max, TZ: UTC }
        stopTimeoutSeconds: 120
`;
      await provenShape("nocobase-with-warnings", {
        cloud: { target: preset("nocobase"), dialect: nocobase({}), seed },
      });
    }),
  );

  test("whose licence does not fit says so, and opens all the same where no plugin is missing", LIMIT, () =>
    inVirtualTime(async () => {
      const says = [
        "License key not match current environment",
        "Download failed: @nocobase/plugin-a",
        "Download failed: @nocobase/plugin-b",
      ];
      const { state, events } = await judgedUpgrade({
        cloud: {
          target: preset("nocobase"),
          dialect: nocobase(plugins, says),
          seed: WELL_MADE.replace("port: 3000", "port: 3000\n        logGroup: /ecs/noticeboard"),
        },
      });
      expect(state).toMatchObject({ status: "succeeded" });
      const told = events.flatMap((event) =>
        event.type === "progress" && event.phase === "verify" ? [event.message] : [],
      );
      expect(told).toEqual([
        expect.stringMatching(/^the leader's log has "License key not match current environment": no licensed plugin/),
        expect.stringMatching(
          /^the leader's log has "Download failed: @nocobase\/plugin-a" and 1 more of its kind: that/,
        ),
        "lists everything that it listed before (2)",
      ]);
    }),
  );

  test("whose services disagree on their keys is refused, without a word of the keys themselves", LIMIT, () =>
    inVirtualTime(async () => {
      const container = (key: string) =>
        `{ name: app, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2", port: 3000, environment: { DATABASE_URL: "{database.noticeboard-db.url}", APP_KEY: ${key} } }`;
      const seed = `taskDefinitions: { noticeboard: { containers: [${container("key-of-the-web")}] }, noticeboard-worker: { containers: [${container("key-of-the-worker")}] } }`;
      const { state } = await refusedShape("nocobase-keys-differ", {
        cloud: { worker: true, target: preset("nocobase"), dialect: nocobase(plugins), seed },
      });
      expect(JSON.stringify(state)).not.toContain("key-of-the");
    }),
  );

  test("on too old a server, with too many nodes, to a tag that moves is refused", LIMIT, () =>
    inVirtualTime(async () => {
      const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:2.0-full";
      const seed = `
images: { "${image}": { command: [noticeboard, "2.0.0"], digest: "sha256:${"2".repeat(64)}" } }
services: { noticeboard: { desiredCount: 33 } }
scalableTargets: []
`;
      await refusedShape("nocobase-refused", {
        cloud: { target: preset("nocobase"), dialect: nocobase(plugins), seed },
        run: { request: { image } },
        meddle: ({ runbook }) => {
          const { database } = runbook.aws.rds;
          runbook.aws.rds.database = async (wanted) => ({
            ...(await database(wanted))!,
            engine: "mariadb",
            engineVersion: "10.6.14",
          });
        },
      });
    }),
  );

  test("is not upgraded to an older version: it would start on the newer data and say ok", LIMIT, () =>
    inVirtualTime(async () => {
      const { state } = await judgedUpgrade({
        cloud: { target: preset("nocobase"), dialect: nocobase(plugins) },
        run: { request: { expectedVersion: "1.3.0" } },
      });
      expect(state).toMatchObject({ status: "refused", mutations: [] });
      expect(state.checks.find(({ name }) => name === "version-goes-up")).toMatchObject({
        outcome: "failed",
        found: "1.4.2 to 1.3.0: a downgrade",
      });
    }),
  );

  test("that lost a plugin is held, with its name", LIMIT, () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: { target: preset("nocobase"), dialect: nocobase({ "1.4.2": ["acl", "workflow"], "2.0.0": ["acl"] }) },
      });
      expect(state).toMatchObject({
        status: "held",
        site: "closed",
        problem: { code: "plugins-missing", message: expect.stringContaining("@nocobase/plugin-workflow") },
      });
      expect(violations).toEqual([]);
    }),
  );

  test("that lacks a plugin which the target expects is held", LIMIT, () =>
    inVirtualTime(async () => {
      const target = preset("nocobase", ['plugins: { expected: ["@nocobase/plugin-orders"] }']);
      const { state } = await judgedUpgrade({ cloud: { target, dialect: nocobase(plugins) } });
      expect(state).toMatchObject({
        status: "held",
        problem: { code: "plugins-missing", message: expect.stringContaining("plugin-orders") },
      });
    }),
  );
});

describe("SonarQube", () => {
  test(
    "is told to migrate once, by the leader's node alone, and proven by the build that its tag stands for",
    LIMIT,
    () =>
      inVirtualTime(async () => {
        const received: string[] = [];
        const { state } = await provenShape("sonarqube", {
          cloud: { target: preset("sonarqube"), dialect: sonarqube({ received }) },
        });
        expect(received).toEqual(["waiting"]);
        expect(state.mutations.filter(({ service }) => service === "application")).toHaveLength(1);
      }),
  );

  test("may be told again where the answer was lost: it only answers its state", LIMIT, () =>
    inVirtualTime(async () => {
      const received: string[] = [];
      const { state, violations } = await judgedUpgrade({
        cloud: { target: preset("sonarqube"), dialect: sonarqube({ received }) },
        meddle: loseAnswersOf("POST", 1),
      });
      expect(received).toEqual(["waiting", "migrating"]);
      expect(state).toMatchObject({ status: "succeeded" });
      expect(violations).toEqual([]);
    }),
  );

  test("whose migration fails is DOWN, which ends the wait at once", LIMIT, () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: {
          target: preset("sonarqube", ['leaderEnvironment: { WORKER_MODE: "!" }']),
          dialect: sonarqube(),
          breakage: "migration",
        },
      });
      expect(state).toMatchObject({
        status: "held",
        problem: { code: "migration-failed", message: expect.stringContaining("DOWN") },
      });
      expect(violations).toEqual([]);
    }),
  );

  test("that migrates without asking is not told to", LIMIT, () =>
    inVirtualTime(async () => {
      const received: string[] = [];
      const { state } = await judgedUpgrade({
        cloud: { target: preset("sonarqube"), dialect: { ...sonarqube({ received }), waitsFor: undefined } },
      });
      expect(state).toMatchObject({ status: "succeeded" });
      expect(received).toEqual([]);
    }),
  );
});

describe("an application that must be told once, and of which nobody knows whether it was", () => {
  const told = preset("sonarqube", [
    "probes: { trigger: { when: { json: { path: status, equals: DB_MIGRATION_NEEDED } }, path: /api/system/migrate_db } }",
  ]).filter((line) => line !== "probes: {}");

  test("is not told again where it has begun", LIMIT, () =>
    inVirtualTime(async () => {
      const received: string[] = [];
      const { state } = await judgedUpgrade({
        cloud: { target: told, dialect: sonarqube({ received }) },
        meddle: loseAnswersOf("POST", 1),
      });
      expect(received).toEqual(["waiting"]);
      expect(state).toMatchObject({ status: "succeeded" });
    }),
  );

  test.each(["before", "after"])("is told once by a runbook that dies %s it has", LIMIT, (when) =>
    inVirtualTime(async () => {
      const received: string[] = [];
      let died = 0;
      const crash = (point: string) => {
        if (!point.startsWith(`${when} `) || !point.endsWith("migrate/trigger") || died > 0) return;
        died += 1;
        throw new Error("killed");
      };
      const { state, violations } = await judgedUpgrade({
        cloud: { target: told, dialect: sonarqube({ received }) },
        run: { crash },
      });
      expect(died).toBe(1);
      expect(received).toEqual(["waiting"]);
      expect(state).toMatchObject({ status: "succeeded" });
      expect(violations).toEqual([]);
    }),
  );

  test("holds the page where it has not", LIMIT, () =>
    inVirtualTime(async () => {
      const received: string[] = [];
      const { state, violations } = await judgedUpgrade({
        cloud: { target: told, dialect: sonarqube({ received }) },
        meddle: loseRequestsOf("POST", 1),
      });
      expect(received).toEqual([]);
      expect(state).toMatchObject({ status: "held", problem: { code: "trigger-in-doubt" } });
      expect(violations).toEqual([]);
    }),
  );
});

describe("Nextcloud", () => {
  test("upgrades before it listens, and is ready by three members of one document", LIMIT, () =>
    inVirtualTime(
      async () => void (await provenShape("nextcloud", { cloud: { target: preset("nextcloud"), dialect: nextcloud } })),
    ),
  );

  test("whose upgrade fails exits, and is not started again", LIMIT, () =>
    inVirtualTime(async () => {
      const { state, violations } = await judgedUpgrade({
        cloud: {
          target: preset("nextcloud", ['leaderEnvironment: { WORKER_MODE: "!" }']),
          dialect: nextcloud,
          breakage: "migration",
        },
      });
      expect(state).toMatchObject({ status: "held", problem: { code: "leader-stopped" } });
      expect(violations).toEqual([]);
    }),
  );

  test("is not taken over two major versions at once, which it would refuse in the middle of the window", LIMIT, () =>
    inVirtualTime(async () => {
      const { state } = await judgedUpgrade({
        cloud: { target: preset("nextcloud"), dialect: nextcloud },
        run: { request: { expectedVersion: "3.0.0" } },
      });
      expect(state).toMatchObject({ status: "refused" });
      expect(state.checks.find(({ name }) => name === "version-goes-up")).toMatchObject({ outcome: "failed" });
    }),
  );
});

type Meddle = NonNullable<Parameters<typeof judgedUpgrade>[0]["meddle"]>;

/** The application does what it was sent, and its answer is lost. */
function loseAnswersOf(method: string, times: number): Meddle {
  return ({ runbook }) => {
    const { http } = runbook;
    let left = times;
    runbook.http = async (request) => {
      const answer = await http(request);
      if (request.method !== method || left === 0) return answer;
      left -= 1;
      throw new Error("the answer was lost");
    };
  };
}

/** What is sent never arrives. */
function loseRequestsOf(method: string, times: number): Meddle {
  return ({ runbook }) => {
    const { http } = runbook;
    let left = times;
    runbook.http = async (request) => {
      if (request.method !== method || left === 0) return http(request);
      left -= 1;
      throw new Error("no route to the load balancer");
    };
  };
}
