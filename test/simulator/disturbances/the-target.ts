import { listenersOf, type TaskState } from "../../../src/sandbox/checker/cloud-state.ts";
import { stateOf } from "../../simulation/judge.ts";
import { OLD_IMAGE, TARGET } from "../../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** The target's resources as they are now. */
export function theTarget(cloud: SimulatedCloud) {
  const { services, database, cluster } = cloud.configuration.targets.get(TARGET)!;
  const state = stateOf(cloud);
  const names = services.map(({ name }) => name);
  const found = state.ecs.services.filter(({ serviceName }) => names.includes(serviceName));
  const groups = found.flatMap(({ loadBalancers }) => loadBalancers.map(({ targetGroupArn }) => targetGroupArn));
  const leadsHere = (value: unknown) => groups.some((arn) => JSON.stringify(value).includes(`"${arn}"`));
  const listeners = listenersOf(state);
  const leading = listeners.filter(({ rules }) => rules.some(({ Actions }) => leadsHere(Actions)));
  return {
    state,
    cluster: cluster.split("/").at(-1)!,
    services: found,
    groups,
    /** Those that lead to it; where somebody has led them all elsewhere, all there are. */
    listeners: leading.length > 0 ? leading : listeners,
    /** The identifier of the instance or of the cluster. */
    database: database === "none" ? undefined : "cluster" in database ? database.cluster : database.instance,
    families: names,
    /** Tasks of its services and of their families, those that have ended too. */
    tasks: state.ecs.tasks.filter(
      ({ group }) => names.includes(group.replace(/^service:/, "")) || names.includes(group.replace(/^family:/, "")),
    ),
  };
}

export type Which = "leader" | "old" | "new" | "any";

/** The nth of the tasks, counted round and round. */
export const nth = <Item>(items: Item[], n: number): Item | undefined => items[n % Math.max(1, items.length)];

/** Tasks of the target by what they are: the node that starts alone and migrates, or by the image that they run. */
export function tasksOf(cloud: SimulatedCloud, which: Which): TaskState[] {
  const { tasks } = theTarget(cloud);
  const oldDigest = cloud.images.resolve(OLD_IMAGE)?.digest;
  const isOld = ({ containers }: TaskState) => containers.some(({ imageDigest }) => imageDigest === oldDigest);
  switch (which) {
    case "any":
      return tasks;
    case "leader":
      return tasks.filter(({ group }) => group.startsWith("family:"));
    case "old":
      return tasks.filter(isOld);
    case "new":
      return tasks.filter((task) => !isOld(task));
  }
}
