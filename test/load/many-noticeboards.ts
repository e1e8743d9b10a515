import { createAws } from "../../src/aws/aws.ts";
import { createClients } from "../../src/aws/clients.ts";
import { createPace } from "../../src/aws/pace.ts";
import { inMemoryWorkflow } from "../../src/engine/in-memory-workflow.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import type { Bucket } from "../../src/sandbox/cloud/rate-limits.ts";
import { inFastMode } from "../simulation/in-fast-mode.ts";
import { NEW_IMAGE, noticeboardCloud, OLD_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { operator } from "../simulation/operator.ts";

export const boardName = (nth: number) => `board-${String(nth).padStart(4, "0")}`;
const idOf = (nth: number) => `op-20260115-020000-${nth.toString(16).padStart(6, "0")}`;

/** The clusters, databases, load balancers and services of so many noticeboards in one account, besides the one that is always there. */
function seedOf(
  names: readonly string[],
  { shape = "own-clusters", healthCheckSeconds = 5 }: Pick<ManyOptions, "shape" | "healthCheckSeconds">,
): string {
  const clusterOf = (name: string) => (shape === "own-clusters" ? name : "noticeboard");
  const each = (line: (name: string) => string) => names.map(line).join("\n");
  return `
quotas: { databaseInstances: ${names.length + 40}, manualSnapshots: ${names.length + 100}, loadBalancers: ${names.length + 50} }
databases:
${each((name) => `  ${name}-db: {}`)}
loadBalancers:
${each(
  (name) => `  ${name}:
    targetGroups: { ${name}: { port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: ${healthCheckSeconds} } } }
    listeners: [{ port: 8080, default: { targetGroup: ${name} } }]`,
)}
clusters: [${["noticeboard", ...(shape === "own-clusters" ? names : [])].join(", ")}]
taskDefinitions:
${each(
  (name) => `  ${name}:
    containers: [{ name: app, image: "${OLD_IMAGE}", port: 3000, environment: { DATABASE_URL: "{database.${name}-db.url}" } }]`,
)}
services:
${each(
  (name) =>
    `  ${name}: { cluster: ${clusterOf(name)}, taskDefinition: ${name}, desiredCount: 3, loadBalancers: [{ targetGroup: ${name}, container: app, port: 3000 }], deployment: { circuitBreaker: { enable: true, rollback: true } }, availabilityZoneRebalancing: ENABLED }`,
)}
scalableTargets:
${each((name) => `  - { service: ${name}, min: 2, max: 6 }`)}
intermission:
  targets:
${each(
  (name) => `    ${name}:
      app: generic
      probes:
        ready: { path: /api/__health_check, match: { status: [200], body: ok } }
        fatal: [{ json: { path: error.code, pattern: _ERROR$ } }]
        progress: { json: [error.message, error.code] }
        version: { path: "/api/app:getInfo", json: data.version }
      leaderEnvironment: { WORKER_MODE: "!" }
      url: "{loadBalancer.${name}.url}"
      cluster: ${clusterOf(name)}
      services: [{ name: ${name}, container: app }]
      database: { instance: ${name}-db }`,
)}`;
}

export type ManyOptions = {
  limited?: readonly Bucket[];
  windowsAtOnce?: number;
  /** All in one cluster, or each in its own. */
  shape?: "own-clusters" | "one-cluster";
  /** How often a load balancer asks each node for its health: what very many of them cost that nobody upgrades just now. */
  healthCheckSeconds?: number;
};

export type Call = Extract<SandboxEvent, { kind: "call" }>;

/** So many noticeboards of one account, each with a role of its own, so that the cloud's log tells their calls apart. */
export async function manyNoticeboards(count: number, { limited, windowsAtOnce, ...seed }: ManyOptions = {}) {
  const names = Array.from({ length: count }, (_, nth) => boardName(nth));
  const cloud = await noticeboardCloud({ seed: seedOf(names, seed), seedEveryMs: 5_000 });
  await cloud.world.clock.sleep(10_000);
  if (limited) cloud.rateLimits.enforce(limited);

  /** Asks for the upgrade of one of them. */
  async function request(nth: number): Promise<string> {
    const target = names[nth]!;
    const created = await cloud.store.create({
      id: idOf(nth),
      target,
      request: { procedure: "upgrade" as const, image: NEW_IMAGE, snapshot: "required" as const },
      configuration: cloud.configuration.targets.get(target),
      requestedBy: operator,
      idempotencyKey: target,
    });
    if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);
    return created.operation.id;
  }

  /** A process of its own that runs one: it knows nothing of the others. */
  function runOf(nth: number, { epoch = 1, crash }: { epoch?: number; crash?: (point: string) => void } = {}) {
    const pace = createPace();
    const { logs, ...clients } = createClients({ ...cloud.configFor(names[nth]!), pace });
    for (const client of Object.values(clients)) inFastMode(client, cloud.world.region);
    const world = {
      ...cloud.runbook,
      ...(windowsAtOnce !== undefined && { windowsAtOnce }),
      aws: createAws({
        clients: { ...clients, logs },
        pace,
        fetch: () => Promise.reject(new Error("there is no internet")),
      }),
    };
    const workflow = inMemoryWorkflow({ clock: cloud.world.clock, journal: new Map(), crash });
    return { workflow, ended: runOperation({ world, workflow, operationId: idOf(nth), epoch }) };
  }

  return { cloud, names, request, runOf };
}

/** Upgrades so many noticeboards of one account at the same time. */
export async function upgradeMany(count: number, options: ManyOptions = {}) {
  const { cloud, names, request, runOf } = await manyNoticeboards(count, options);
  const from = cloud.world.log.after().at(-1)?.seq ?? 0;
  const endings = await Promise.all(
    names.map(async (target, nth) => {
      const id = await request(nth);
      const ending = await runOf(nth).ended;
      return { target, ending, state: (await cloud.store.get(id))!, events: await cloud.store.events(id) };
    }),
  );
  await cloud.world.clock.sleep(10_000);
  const calls = cloud.world.log.after(from).filter((event): event is Call => event.kind === "call");
  return { cloud, names, endings, calls };
}

const READING = /^(Describe|List|Get|Query)/;

/** Calls of one operation that change what is another's. Reading is another matter: whatever may write to a database is looked for in the whole account. */
export const changesOfStrangers = (calls: readonly Call[], names: readonly string[]): string[] =>
  calls.flatMap(({ caller, service, operation, parameters }) => {
    if (READING.test(operation)) return [];
    const own = names.find((name) => caller.includes(`/${name}/`));
    const text = JSON.stringify(parameters ?? {});
    const others = own === undefined ? [] : names.filter((name) => name !== own && text.includes(name));
    return others.map((other) => `${own}: ${service} ${operation} names ${other}`);
  });
