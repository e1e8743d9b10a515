import { stringify } from "yaml";

const REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/noticeboard";
export const OLD = { image: `${REGISTRY}:1.4.2`, digest: `sha256:${"1".repeat(64)}` };
export const NEW = { image: `${REGISTRY}:2.0.0`, digest: `sha256:${"2".repeat(64)}` };
export const CLUSTER = "noticeboard";
export const TARGET = "noticeboard";
export const DATABASE = "noticeboard-db";

/** A noticeboard of two nodes, or one that has never been started, on an AWS that is quick. */
export const sweepSeed = ({ neverStarted = false } = {}): string =>
  stringify({
    region: "eu-central-1",
    latencies: {
      ecs: { schedulerTickMs: 200, provisioningMs: 50, pullMs: 50, deprovisioningMs: 100 },
      elb: { rulePropagationMinimumMs: 50, rulePropagationMaximumMs: 300, registrationMs: 50 },
      rds: {
        snapshotMs: 500,
        snapshotPerChangedGibibyteMs: 100,
        instanceMs: 500,
        modifyMs: 300,
        renameMs: 300,
        renameDnsMs: 300,
        rebootMs: 300,
        deleteMs: 300,
      },
      lambda: { retryMs: 50 },
    },
    images: Object.fromEntries([OLD, NEW].map(({ image, digest }) => [image, { command: ["noticeboard"], digest }])),
    databases: { [DATABASE]: {} },
    loadBalancers: {
      noticeboard: {
        targetGroups: {
          noticeboard: { port: 3000, healthCheck: { path: "/api/__health_check", intervalSeconds: 5 } },
        },
        listeners: [{ default: { targetGroup: "noticeboard" } }],
      },
    },
    clusters: [CLUSTER],
    taskDefinitions: {
      noticeboard: {
        containers: [
          {
            name: "app",
            image: OLD.image,
            port: 3000,
            environment: { DATABASE_URL: `{database.${DATABASE}.url}` },
          },
        ],
      },
    },
    services: {
      noticeboard: {
        cluster: CLUSTER,
        taskDefinition: "noticeboard",
        desiredCount: neverStarted ? 0 : 2,
        loadBalancers: [{ targetGroup: "noticeboard", container: "app", port: 3000 }],
        deployment: { circuitBreaker: { enable: true, rollback: true } },
        availabilityZoneRebalancing: "ENABLED",
      },
    },
    scalableTargets: [{ service: "noticeboard", min: neverStarted ? 0 : 1, max: 6 }],
    intermission: {
      targets: {
        [TARGET]: {
          app: "nocobase",
          url: "{loadBalancer.noticeboard.url}",
          cluster: CLUSTER,
          services: [{ name: "noticeboard", container: "app" }],
          database: { instance: DATABASE },
          restore: { fence: "sg-fence" },
          drain: { seconds: 1 },
          access: { github: [], iam: [{ role: "arn:aws:iam::111122223333:user/operator", allow: ["*"] }] },
        },
      },
    },
  });
