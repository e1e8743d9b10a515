import { onAurora, onMultiAzCluster } from "../simulation/database-seeds.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";

const REPOINT = "restore: { fence: sg-fence, mode: repoint }";

/** Targets as they are found, each with something that an operation must take care of. */
const shapes = {
  plain: {},
  worker: { worker: true },
  neighbour: { neighbour: true },
  aurora: { seed: onAurora() },
  "multi-az": { seed: onMultiAzCluster, target: [REPOINT] },
  repoint: { target: [REPOINT] },
  "leader-in-service": { target: ["leader: service"] },
} satisfies Record<string, NoticeboardCloudOptions>;
export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
export const shapeNamed = (name: ShapeName): NoticeboardCloudOptions => shapes[name];
