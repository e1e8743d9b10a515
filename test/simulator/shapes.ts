import { onAurora, onMultiAzCluster } from "../simulation/database-seeds.ts";
import type { Surroundings } from "../simulation/judged-procedure.ts";

/** Targets as they are found, each with something that an operation must take care of. */
export const shapes = {
  plain: {},
  worker: { cloud: { worker: true } },
  neighbour: { cloud: { neighbour: true } },
  aurora: { cloud: { seed: onAurora() } },
  "multi-az": { cloud: { seed: onMultiAzCluster } },
} satisfies Record<string, Surroundings>;
export type ShapeName = keyof typeof shapes;
