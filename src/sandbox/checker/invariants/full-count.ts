import { isRunning, type ServiceState, type TaskState, targetOf } from "../cloud-state.ts";
import { countOfOthers, isDeployedByOthers, isLeftToOthers } from "../service-changes-of-others.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";

/** How many nodes a service is to have at the end: as many as before or as were asked for, unless somebody else has said so meanwhile. */
export function wantedCount(story: Story, name: string): number {
  const { before, scenario, moments } = story;
  const asked = moments.ending.kind === "succeeded" ? scenario.counts[name] : undefined;
  return (
    countOfOthers(story, name) ?? asked ?? findService(before, { cluster: scenario.cluster, name })?.desiredCount ?? 0
  );
}

const findService = ({ ecs }: Story["before"], { cluster, name }: { cluster: string; name: string }) =>
  ecs.services.find(({ serviceName, clusterArn }) => serviceName === name && clusterArn.endsWith(`/${cluster}`));

/** Every service has the count it had or was to get, steady, of nodes with one of the digests, each of them registered and healthy. */
export function fullCountFaults(story: Story, digests: string[]): Fault[] {
  return [...story.scenario.services.flatMap((service) => serviceFaults(story, service, digests)), ...ghosts(story)];
}

type Declared = { name: string; container: string };

function serviceFaults(story: Story, { name, container }: Declared, digests: string[]): Fault[] {
  const { before, after, scenario } = story;
  const [was, is] = [before, after].map((state) => findService(state, { cluster: scenario.cluster, name }));
  if (!was || !is) return [{ message: `expected the service ${name}, found ${is ? "none before" : "none"}` }];
  const nodes = after.ecs.tasks.filter((task) => task.group === `service:${name}` && isRunning(task));
  const faults: Fault[] = [];
  const wanted = wantedCount(story, name);
  // A deployment of somebody else's may be in the middle of starting and stopping.
  if (nodes.length !== wanted && !isLeftToOthers(story, name))
    faults.push({ message: `expected ${wanted} running nodes of ${name}, found ${nodes.length}` });
  // What was unsteady before may still be; whether ECS calls a deployment of no nodes completed is not certain.
  if (wanted > 0 && !isLeftToOthers(story, name) && (was.desiredCount === 0 || isSteady(was)) && !isSteady(is))
    faults.push({
      message: `expected one completed deployment of ${name}, found ${is.deployments.map(({ status, rolloutState }) => `${status} ${rolloutState}`).join(", ")}`,
    });
  for (const node of nodes) {
    const { imageDigest } = node.containers.find((one) => one.name === container) ?? {};
    if ((!imageDigest || !digests.includes(imageDigest)) && !isDeployedByOthers(story, name))
      faults.push({
        message: `expected ${idOf(node)} of ${name} to run ${digests.join(" or ")}, found ${imageDigest}`,
      });
    for (const binding of is.loadBalancers) {
      const state = healthIn(after, binding, node);
      if (state !== "healthy" && !isLeftToOthers(story, name))
        faults.push({
          message: `expected ${idOf(node)} of ${name} to be registered and healthy, found ${state ?? "no registration"}`,
        });
    }
  }
  return faults;
}

const isSteady = ({ deployments: [only, ...more] }: ServiceState): boolean =>
  more.length === 0 && only?.status === "PRIMARY" && only.rolloutState === "COMPLETED";

/** What runs by the log must be what runs by the services' own account. */
function ghosts(story: Story): Fault[] {
  const { containers, after, moments, scenario } = story;
  const known = new Set(after.ecs.tasks.filter(isRunning).map(({ taskArn }) => taskArn));
  // Nodes that somebody else's change stops drain for as long as their target group says.
  for (const { taskArn, group } of after.ecs.tasks)
    if (group.startsWith("service:") && isLeftToOthers(story, group.slice("service:".length))) known.add(taskArn);
  // One that ECS replaced drains for as long as its target group says; it is of the version that the ending claims, or it would not be excused.
  const wanted = moments.ending.kind === "succeeded" ? [scenario.digests.new] : scenario.digests.old;
  for (const { taskArn, group, lastStatus, desiredStatus, containers: all } of after.ecs.tasks) {
    const isOfVersion = all.some(({ imageDigest }) => imageDigest !== undefined && wanted.includes(imageDigest));
    const drains = desiredStatus === "STOPPED" && lastStatus === "DEACTIVATING";
    if (group.startsWith("service:") && drains && isOfVersion) known.add(taskArn);
  }
  return containers
    .filter((life) => life.application && !life.ended && !known.has(life.taskArn))
    .map(({ taskArn, started }) => ({
      message: `expected every running container to be a running task's, found one of ${taskArn}`,
      events: [started.seq],
    }));
}

function healthIn(
  after: Story["after"],
  { targetGroupArn, containerPort }: { targetGroupArn: string; containerPort: number },
  node: TaskState,
): string | undefined {
  const group = after.elbv2.targetGroups.find(({ arn }) => arn === targetGroupArn);
  const target = targetOf(after, node, containerPort);
  return group?.targets.find(({ id, port }) => `${id}:${port}` === target)?.State;
}

const idOf = ({ taskArn }: TaskState) => `the task ${taskArn.split("/").at(-1)}`;
