import type * as ecs from "@aws-sdk/client-ecs";
import { clientError } from "./checks.ts";
import type { Task, TaskContainer } from "./task.ts";

/** Time for a container's dependencies to come true, unless its `startTimeout` says otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 180;

/** Throws ClientException where a container depends on one that is not there, has no health check to wait for, or waits for itself. */
export function checkDependencies(containers: ecs.ContainerDefinition[]): void {
  for (const { name, dependsOn = [] } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = containers.find((one) => one.name === containerName);
      if (!other)
        throw clientError(`Container '${name}' depends on container '${containerName}', which is not defined.`);
      if (!["START", "COMPLETE", "SUCCESS", "HEALTHY"].includes(condition ?? ""))
        throw clientError(`Container '${name}' has the unknown dependency condition '${condition}'.`);
      if (condition === "HEALTHY" && !other.healthCheck)
        throw clientError(
          `Container '${containerName}' has no health check, so '${name}' cannot depend on it being HEALTHY.`,
        );
      if ((condition === "COMPLETE" || condition === "SUCCESS") && (other.essential ?? true))
        throw clientError(
          `An essential container in task cannot be a dependency with the condition ${condition} (container '${containerName}').`,
        );
    }
  }
  const waitsFor = (name: string | undefined, seen: (string | undefined)[]): boolean =>
    seen.includes(name) ||
    (containers.find((one) => one.name === name)?.dependsOn ?? []).some(({ containerName }) =>
      waitsFor(containerName, [...seen, name]),
    );
  if (containers.some(({ name }) => waitsFor(name, [])))
    throw clientError("Containers depend on each other in a circle.");
}

type State = "met" | "waiting" | "never";

/** What a container waits for, as it is now. */
export function dependenciesOf(task: Task, { definition }: TaskContainer): State {
  const states = (definition.dependsOn ?? []).map(({ containerName, condition }): State => {
    const other = task.containers.find((one) => one.definition.name === containerName)!;
    const ended = other.exitCode !== undefined;
    switch (condition) {
      case "SUCCESS":
        return ended ? (other.exitCode === 0 ? "met" : "never") : "waiting";
      case "COMPLETE":
        return ended ? "met" : "waiting";
      case "HEALTHY":
        return ended ? "never" : other.health === "HEALTHY" ? "met" : "waiting";
      default:
        return ended || other.lastStatus === "RUNNING" ? "met" : "waiting";
    }
  });
  if (states.includes("never")) return "never";
  return states.includes("waiting") ? "waiting" : "met";
}

/** Containers that wait for others, each told to look again whenever something happened to its task. */
export function createDependencyWaits(after: (task: Task, ms: number, run: () => void) => () => void) {
  const waiting = new Map<Task, Set<() => void>>();
  return {
    /** Resolves when the container may start. Rejects when it never may: a dependency failed, took too long, or the task is to stop. */
    mayStart(task: Task, container: TaskContainer): Promise<void> {
      const { name, startTimeout = DEFAULT_TIMEOUT_SECONDS } = container.definition;
      if (dependenciesOf(task, container) === "met") return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const looks = waiting.get(task) ?? new Set();
      waiting.set(task, looks);
      const give = (why: string) => reject(new Error(`container '${name}' was not started: ${why}`));
      const cancel = after(task, startTimeout * 1_000, () =>
        give(`its dependencies were not there within ${startTimeout} seconds`),
      );
      const look = () => {
        const state = dependenciesOf(task, container);
        if (task.desiredStatus === "STOPPED") give("the task is to stop");
        else if (state === "never") give("a container that it depends on failed");
        else if (state === "met") resolve();
        else return;
        looks.delete(look);
        cancel();
      };
      looks.add(look);
      look();
      return promise;
    },
    lookAgain(task: Task): void {
      for (const look of waiting.get(task) ?? []) look();
    },
  };
}
