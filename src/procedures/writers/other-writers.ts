import type { Target } from "../../targets/schema.ts";
import type { Read } from "../discovery.ts";
import type { WritersFound } from "./find-writers.ts";
import {
  declaredFamilies,
  isSameCluster,
  modeOf,
  modeOfStarter,
  type Place,
  type StandaloneTask,
  type Starter,
} from "./writer.ts";

/** What the run needs to know of whoever else starts tasks on the target's data. */
export type OtherWriters = {
  /** Rules and schedules that are disabled until the end. */
  paused: Starter[];
  /** Where no task may run inside the window, beside the application's own families in its own cluster. */
  places: Place[];
};

export function otherWritersOf(found: WritersFound, target: Target, own: { family: string }[]): OtherWriters {
  const starters = [...known(found.rules), ...known(found.schedules)];
  const declared = declaredFamilies(target).map((family) => ({
    cluster: target.cluster,
    family,
    mode: modeOf(target, { family, own: false }),
    relation: "same" as const,
  }));
  const everywhere = [...declared, ...starters.flatMap(({ runs }) => runs), ...known(found.tasks)];
  const places = everywhere
    .filter(({ mode, relation }) => relation === "same" && mode !== "ignore")
    .filter(
      ({ cluster, family }) => !(isSameCluster(cluster, target.cluster) && own.some((one) => one.family === family)),
    )
    .map(({ cluster, family }) => ({ cluster, family }));
  return {
    paused: starters.filter((starter) => isAwake(starter) && modeOfStarter(starter) === "pause"),
    places: places.filter(
      (place, index) =>
        places.findIndex((one) => one.family === place.family && isSameCluster(one.cluster, place.cluster)) === index,
    ),
  };
}

/** What it starts nothing without: being enabled, and having begun. */
export const isAwake = ({ state, asleep }: Starter): boolean => state !== "DISABLED" && !asleep;

const known = <Item extends Starter | StandaloneTask>(items: Read<Item[]>): Item[] => (items.ok ? items.value : []);
