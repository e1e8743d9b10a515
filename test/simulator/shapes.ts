import { onAurora, onMultiAzCluster } from "../simulation/database-seeds.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";

/** Targets as they are found, each with something that an operation must take care of. */
const shapes = {
  plain: {},
  worker: { worker: true },
  neighbour: { neighbour: true },
  aurora: { seed: onAurora() },
  "multi-az": { seed: onMultiAzCluster },
  repoint: { target: ["restore: { fence: sg-fence, mode: repoint }"] },
  "leader-in-service": { target: ["leader: service"] },
} satisfies Record<string, NoticeboardCloudOptions>;
export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
export const shapeNamed = (name: ShapeName): NoticeboardCloudOptions => shapes[name];
