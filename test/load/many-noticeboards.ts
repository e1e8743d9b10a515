import { createAws } from "../../src/aws/aws.ts";
import { createClients } from "../../src/aws/clients.ts";
import { createPace } from "../../src/aws/pace.ts";
import { inMemoryWorkflow } from "../../src/engine/in-memory-workflow.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import type { Bucket } from "../../src/sandbox/cloud/rate-limits.ts";
import { NEW_IMAGE, noticeboardCloud, OLD_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { operator } from "../simulation/operator.ts";

export const boardName = (nth: number) => `board-${String(nth).padStart(2, "0")}`;
const idOf = (nth: number) => `op-20260115-020000-${nth.toString(16).padStart(6, "0")}`;

/** The clusters, databases, load balancers and services of so many noticeboards in one account, besides the one that is always there. */
function seedOf(names: readonly string[]): string {
  const each = (line: (name: string) => string) => names.map(line).join("\n");
  return `
databases:
${each((name) => `  ${name}-db: {}`)}
loadBalancers:
${each(
  (name) => `  ${name}:
    targetGroups: { ${name}: { port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: 5 } } }
    listeners: [{ port: 8080, default: { targetGroup: ${name} } }]`,
)}
clusters: [noticeboard, ${names.join(", ")}]
taskDefinitions:
${each(
  (name) => `  ${name}:
    containers: [{ name: app, image: "${OLD_IMAGE}", port: 3000, environment: { DATABASE_URL: "{database.${name}-db.url}" } }]`,
)}
services:
${each(
  (name) =>
    `  ${name}: { cluster: ${name}, taskDefinition: ${name}, desiredCount: 3, loadBalancers: [{ targetGroup: ${name}, container: app, port: 3000 }], deployment: { circuitBreaker: { enable: true, rollback: true } }, availabilityZoneRebalancing: ENABLED }`,
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
      cluster: ${name}
      services: [{ name: ${name}, container: app }]
      database: { instance: ${name}-db }`,
)}`;
}

export type Call = Extract<SandboxEvent, { kind: "call" }>;

/** Upgrades so many noticeboards of one account at the same time, each with a role of its own, so that the cloud's log tells their calls apart. */
export async function upgradeMany(count: number, { limited }: { limited?: readonly Bucket[] } = {}) {
  const names = Array.from({ length: count }, (_, nth) => boardName(nth));
  const cloud = await noticeboardCloud({ seed: seedOf(names) });
  await cloud.world.clock.sleep(10_000);
  const from = cloud.world.log.after().at(-1)?.seq ?? 0;
  if (limited) cloud.rateLimits.enforce(limited);
  const endings = await Promise.all(
    names.map(async (target, nth) => {
      const request = { procedure: "upgrade" as const, image: NEW_IMAGE, snapshot: "required" as const };
      const configuration = cloud.configuration.targets.get(target);
      const created = await cloud.store.create({
        id: idOf(nth),
        target,
        request,
        requestedBy: operator,
        configuration,
        idempotencyKey: target,
      });
      if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);
      const pace = createPace();
      const clients = createClients({ ...cloud.configFor(target), pace });
      const world = {
        ...cloud.runbook,
        aws: createAws({ clients, pace, fetch: () => Promise.reject(new Error("there is no internet")) }),
      };
      const workflow = inMemoryWorkflow({ clock: cloud.world.clock, journal: new Map() });
      const ending = await runOperation({ world, workflow, operationId: idOf(nth) });
      const state = (await cloud.store.get(idOf(nth)))!;
      return { target, ending, state, events: await cloud.store.events(idOf(nth)) };
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
