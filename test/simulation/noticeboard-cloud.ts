import { parse, stringify } from "yaml";
import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import type { SimulatedProgram } from "../../src/sandbox/substrate/simulated/containers.ts";
import type { SimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";
import { ConnectionRefused } from "../../src/sandbox/substrate/simulated/hosts.ts";
import type { Dialect } from "./dialects.ts";
import { type NoticeboardSettings, type Row, simulatedNoticeboard } from "./noticeboard.ts";
import { type SimulatedCloud, type SimulatedCloudOptions, simulatedCloud } from "./simulated-cloud.ts";

const REPOSITORY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard";
export const OLD_IMAGE = `${REPOSITORY}:1.4.2`;
export const NEW_IMAGE = `${REPOSITORY}:2.0.0`;
const OLD_DIGEST = `sha256:${"1".repeat(64)}`;
const NEW_DIGEST = `sha256:${"2".repeat(64)}`;
const WIKI_IMAGE = `${REPOSITORY}-wiki:7.0.0`;
const WIKI_DIGEST = `sha256:${"7".repeat(64)}`;
export const TARGET = "noticeboard";

export type NoticeboardCloudOptions = {
  breakage?: NoticeboardSettings["breakage"];
  /** Runs instead of the noticeboard where the leader's environment is not set: every node but the leader. */
  followerBreakage?: NoticeboardSettings["breakage"];
  /** No container of the new image can be started; where nothing has ever run, none at all. */
  cannotStart?: boolean;
  /** Members of `latencies` in sandbox.yml, as YAML lines. */
  latencies?: string[];
  migrationMs?: number;
  /** Time until a node listens. */
  bootMs?: number;
  upgradeAgainMs?: NoticeboardSettings["upgradeAgainMs"];
  /** The first node that follows the leader takes so much longer until it listens. */
  stragglerMs?: number;
  /** Nothing has ever run here: the database is empty, the first node installs itself for so long, and the services are at 0. */
  installMs?: number;
  switches?: Partial<Switches>;
  seedNumber?: number;
  seedEveryMs?: number;
  functions?: SimulatedCloudOptions["functions"];
  isUnsigned?: SimulatedCloudOptions["isUnsigned"];
  /** Members of the target in intermission.yml, as YAML lines. */
  target?: string[];
  termMs?: number;
  /** How the noticeboard tells of itself, where not as NocoBase does. */
  dialect?: Dialect;
  /** What the noticeboard serves below. */
  publicPath?: string;
  /** A second service on the same database, without a load balancer. */
  worker?: boolean;
  /** Another application behind the same listener: it has /wiki/* before the noticeboard's /api/*, and everything else. */
  neighbour?: boolean;
  /** Merged over the seed, as YAML: members of maps one by one, everything else replaced, null removed. */
  seed?: string;
  /** What further images run, by digest. */
  programs?: (databases: SimulatedDatabases) => Record<string, SimulatedProgram>;
};

/** Three nodes of the noticeboard behind a load balancer, with a database and a scalable target: what the demo shows, on virtual time. */
export async function noticeboardCloud(options: NoticeboardCloudOptions = {}): Promise<SimulatedCloud> {
  const { switches, seedNumber, seedEveryMs, functions, isUnsigned, target = [] } = options;
  const isEmpty = options.installMs !== undefined;
  const nodes = (count: number) => (isEmpty ? 0 : count);
  const cloud = await simulatedCloud({
    switches,
    seedNumber,
    seedEveryMs,
    functions,
    isUnsigned,
    programs: (databases) => ({
      ...(options.cannotStart && isEmpty ? {} : { [OLD_DIGEST]: oldVersion(options, databases) }),
      [WIKI_DIGEST]: simulatedWiki,
      ...options.programs?.(databases),
      ...(options.cannotStart ? {} : { [NEW_DIGEST]: newVersion(options, databases) }),
    }),
    seed: merged(
      options.seed,
      `
region: us-east-1
account: "111122223333"
latencies:
${latenciesAnd(options.latencies)
  .map((line) => `  ${line}`)
  .join("\n")}
images:
  ${OLD_IMAGE}: { command: [noticeboard, "1.4.2"], digest: "${OLD_DIGEST}" }
  ${NEW_IMAGE}: { command: [noticeboard, "2.0.0"], digest: "${NEW_DIGEST}" }
  ${WIKI_IMAGE}: { command: [wiki], digest: "${WIKI_DIGEST}" }
databases:
  noticeboard-db: {}
loadBalancers:
  noticeboard:
    targetGroups:
      noticeboard: { port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: 5 } }
      wiki: { port: 3000, healthCheck: { path: /, intervalSeconds: 5 } }
    listeners:
      - port: 8080
${options.neighbour ? SHARED_LISTENER : "        default: { targetGroup: noticeboard }"}
clusters: [noticeboard]
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
${options.worker ? WORKER_DEFINITION : ""}
${options.neighbour ? WIKI_DEFINITION : ""}
services:
${options.worker ? `  noticeboard-worker: { cluster: noticeboard, taskDefinition: noticeboard-worker, desiredCount: ${nodes(2)} }` : ""}
${options.neighbour ? "  wiki: { cluster: noticeboard, taskDefinition: wiki, loadBalancers: [{ targetGroup: wiki, container: app, port: 3000 }] }" : ""}
  noticeboard: { cluster: noticeboard, taskDefinition: noticeboard, desiredCount: ${nodes(3)}, loadBalancers: [{ targetGroup: noticeboard, container: app, port: 3000 }], deployment: { circuitBreaker: { enable: true, rollback: true } }, availabilityZoneRebalancing: ENABLED }
scalableTargets:
  - { service: noticeboard, min: ${nodes(2)}, max: 6 }
intermission:
  targets:
    ${TARGET}:
${applicationAnd(target)}
      url: "{loadBalancer.noticeboard.url}"
      cluster: noticeboard
      services: [{ name: noticeboard, container: app }${options.worker ? ", { name: noticeboard-worker, container: app }" : ""}]
      database: { instance: noticeboard-db }
`,
    ),
  });
  return cloud;
}

/** Every second that is waited for costs a look at everything, and a snapshot proves no more the longer it takes. */
const latenciesAnd = (given: string[] = []): string[] =>
  given.some((line) => line.startsWith("rds:")) ? given : ["rds: { snapshotMs: 5000 }", ...given];

/** What is known of the noticeboard, as for any application without a preset. It answers as NocoBase does. */
const APPLICATION = `
app: generic
probes:
  ready: { path: /api/__health_check, match: { status: [200], body: ok } }
  fatal: [{ json: { path: error.code, pattern: _ERROR$ } }]
  progress: { json: [error.message, error.code] }
  version: { path: "/api/app:getInfo", json: data.version }
leaderEnvironment: { WORKER_MODE: "!" }
restore: { fence: sg-fence }
`;

/** Members of the target, what is given in the place of what is usual, as YAML lines. */
const applicationAnd = (given: string[]): string =>
  stringify({ ...parse(APPLICATION), ...parse(given.join("\n")) }, { lineWidth: 0 }).replace(/^/gm, "      ");

const SHARED_LISTENER = `        default: { targetGroup: wiki }
        rules:
          - { priority: 10, conditions: { path: ["/wiki/*"] }, action: { targetGroup: wiki } }
          - { priority: 100, conditions: { path: ["/api/*"] }, action: { targetGroup: noticeboard } }`;

const WORKER_DEFINITION = `  noticeboard-worker:
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }`;

const WIKI_DEFINITION = `  wiki:
    containers:
      - { name: app, image: "${WIKI_IMAGE}", port: 3000 }`;

const simulatedWiki: SimulatedProgram = ({ hosts, host, port, exit }) => {
  const stopListening = hosts.listen(host, port, async () => ({ status: 200, headers: {}, body: "the wiki" }));
  return {
    signal() {
      stopListening();
      exit(143);
    },
  };
};

const oldVersion = (options: NoticeboardCloudOptions, databases: SimulatedDatabases): SimulatedProgram => {
  const { installMs, breakage, bootMs, termMs, dialect, publicPath } = options;
  return simulatedNoticeboard({
    version: "1.4.2",
    databases,
    bootMs,
    installMs,
    breakage: installMs === undefined ? undefined : breakage,
    termMs,
    dialect,
    publicPath,
  });
};

const newVersion = (options: NoticeboardCloudOptions, databases: SimulatedDatabases): SimulatedProgram => {
  let followers = 0;
  return (context) => {
    const { breakage, followerBreakage, migrationMs, upgradeAgainMs, bootMs, termMs, dialect, publicPath } = options;
    const isLeader = context.environment.WORKER_MODE === "!";
    if (!isLeader) followers += 1;
    const late = !isLeader && followers === 1 ? options.stragglerMs : undefined;
    return simulatedNoticeboard({
      version: "2.0.0",
      databases,
      breakage: isLeader ? breakage : followerBreakage,
      migrationMs,
      upgradeAgainMs,
      bootMs: late === undefined ? bootMs : (bootMs ?? 2_000) + late,
      termMs,
      dialect,
      publicPath,
    })(context);
  };
};

function merged(changes: string | undefined, base: string): string {
  return changes === undefined ? base : stringify(merge(parse(base), parse(changes)));
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isMap(base) || !isMap(changes)) return changes;
  const members = new Map(Object.entries(base));
  for (const [name, change] of Object.entries(changes))
    if (change === null) members.delete(name);
    else members.set(name, merge(members.get(name), change));
  return Object.fromEntries(members);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What the database holds now that the nodes were told of last, by whatever endpoint: an instance's, a cluster's, a proxy's. Nothing where none answers. */
export function rowsOf({ world, databases }: SimulatedCloud): Row[] {
  const told = world.log
    .after()
    .flatMap(
      (event) => (event.kind === "container" && event.change === "started" && event.environment?.DATABASE_URL) || [],
    )
    .at(-1);
  if (!told) return [];
  const { hostname, port } = new URL(told);
  try {
    return databases.connect({ address: hostname, port: Number(port || 5432) }).read<Row[]>("notices") ?? [];
  } catch (error) {
    if (error instanceof ConnectionRefused) return [];
    throw error;
  }
}
