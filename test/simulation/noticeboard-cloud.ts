import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import type { SimulatedProgram } from "../../src/sandbox/substrate/simulated/containers.ts";
import type { SimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";
import { type NoticeboardSettings, type Row, simulatedNoticeboard } from "./noticeboard.ts";
import { type SimulatedCloud, simulatedCloud } from "./simulated-cloud.ts";

const REPOSITORY = "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard";
export const OLD_IMAGE = `${REPOSITORY}:1.4.2`;
export const NEW_IMAGE = `${REPOSITORY}:2.0.0`;
const OLD_DIGEST = `sha256:${"1".repeat(64)}`;
const NEW_DIGEST = `sha256:${"2".repeat(64)}`;
export const TARGET = "noticeboard";

export type NoticeboardCloudOptions = {
  breakage?: NoticeboardSettings["breakage"];
  /** Runs instead of the noticeboard where the leader's environment is not set: every node but the leader. */
  followerBreakage?: NoticeboardSettings["breakage"];
  /** No container of the new image can be started. */
  cannotStart?: boolean;
  /** Members of `latencies` in sandbox.yml, as YAML lines. */
  latencies?: string[];
  migrationMs?: number;
  switches?: Partial<Switches>;
  seedNumber?: number;
  /** Members of the target in intermission.yml, as YAML lines. */
  target?: string[];
  termMs?: number;
};

/** Three nodes of the noticeboard behind a load balancer, with a database and a scalable target: what the demo shows, on virtual time. */
export async function noticeboardCloud(options: NoticeboardCloudOptions = {}): Promise<SimulatedCloud> {
  const { switches, seedNumber, target = [] } = options;
  const cloud = await simulatedCloud({
    switches,
    seedNumber,
    programs: (databases) => ({
      [OLD_DIGEST]: simulatedNoticeboard({ version: "1.4.2", databases, termMs: options.termMs }),
      ...(options.cannotStart ? {} : { [NEW_DIGEST]: newVersion(options, databases) }),
    }),
    seed: `
region: us-east-1
account: "111122223333"
${options.latencies ? `latencies:\n${options.latencies.map((line) => `  ${line}`).join("\n")}` : ""}
images:
  ${OLD_IMAGE}: { command: [noticeboard, "1.4.2"], digest: "${OLD_DIGEST}" }
  ${NEW_IMAGE}: { command: [noticeboard, "2.0.0"], digest: "${NEW_DIGEST}" }
databases:
  noticeboard-db: {}
loadBalancers:
  noticeboard:
    targetGroups:
      noticeboard: { port: 3000, healthCheck: { path: /api/__health_check, intervalSeconds: 5 } }
    listeners:
      - port: 8080
        default: { targetGroup: noticeboard }
clusters: [noticeboard]
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: ${OLD_IMAGE}
        port: 3000
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
services:
  noticeboard: { cluster: noticeboard, taskDefinition: noticeboard, desiredCount: 3, loadBalancers: [{ targetGroup: noticeboard, container: app, port: 3000 }], deployment: { circuitBreaker: { enable: true, rollback: true } }, availabilityZoneRebalancing: ENABLED }
scalableTargets:
  - { service: noticeboard, min: 2, max: 6 }
intermission:
  targets:
    ${TARGET}:
      app: nocobase
      url: "{loadBalancer.noticeboard.url}"
      cluster: noticeboard
      services: [{ name: noticeboard, container: app }]
      database: { instance: noticeboard-db }
${target.map((line) => `      ${line}`).join("\n")}
`,
  });
  return cloud;
}

const newVersion =
  (
    { breakage, followerBreakage, migrationMs, termMs }: NoticeboardCloudOptions,
    databases: SimulatedDatabases,
  ): SimulatedProgram =>
  (context) => {
    const isLeader = context.environment.WORKER_MODE === "!";
    return simulatedNoticeboard({
      version: "2.0.0",
      databases,
      breakage: isLeader ? breakage : followerBreakage,
      migrationMs,
      termMs,
    })(context);
  };

/** What the database holds now. */
export function rowsOf(cloud: SimulatedCloud): Row[] {
  const [instance] = (cloud.rds.state() as { instances: { Endpoint?: { Address?: string; Port?: number } }[] })
    .instances;
  const database = cloud.databases.connect({ address: instance!.Endpoint!.Address!, port: instance!.Endpoint!.Port! });
  return database.read<Row[]>("notices") ?? [];
}
