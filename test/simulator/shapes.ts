import { onAurora, onMultiAzCluster } from "../simulation/database-seeds.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";

const REPOINT = "restore: { fence: sg-fence, mode: repoint }";

/** Its owner has suspended a part of its scaling, and what is scheduled would lift it to three nodes every other minute. */
const scheduledScaling = `
scalableTargets:
  - { service: noticeboard, min: 3, max: 6, suspended: { in: true }, scheduledActions: { often: { schedule: "cron(0/2 * * * ? *)", min: 3, max: 6 } } }
`;

/** As a load balancer has it where nobody says anything else. */
const slowHealthChecks = `
loadBalancers: { noticeboard: { targetGroups: { noticeboard: { healthCheck: { intervalSeconds: 30 } } } } }
`;

/** Targets as they are found, each with something that an operation must take care of. */
const shapes = {
  plain: {},
  worker: { worker: true },
  neighbour: { neighbour: true },
  aurora: { seed: onAurora() },
  "multi-az": { seed: onMultiAzCluster, target: [REPOINT] },
  repoint: { target: [REPOINT] },
  "leader-in-service": { target: ["leader: service"] },
  "warm-up": { target: ["snapshot: { warmUp: true, keep: 1 }"] },
  "goes-back": { target: ["onFailure: rollback"] },
  "slow-health-checks": { seed: slowHealthChecks },
  "opens-early": { worker: true, target: ["openAt: 1"] },
  "scheduled-scaling": { seed: scheduledScaling },
} satisfies Record<string, NoticeboardCloudOptions>;
export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
export const shapeNamed = (name: ShapeName): NoticeboardCloudOptions => shapes[name];
