import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsInstance } from "../../aws/ecs-instance.ts";
import type { Target } from "../../targets/schema.ts";
import type { Discovery, Read, ServiceShape } from "../discovery.ts";
import { type LeaderCapacity, leaderCapacity } from "../leader-capacity.ts";
import { type Check, fail, given, none, ok, warn } from "./check.ts";

/** What the nodes run on. */
export const capacityChecks: Check[] = [
  {
    name: "leader-is-not-interrupted",
    looked: ({ target }) => `launch type and capacity providers of ${target.services[0]?.name}`,
    expected: "on-demand capacity for the leader: interrupted in the middle of a migration, only the snapshot helps",
    find: ({ target, discovery }) =>
      given(capacityOf(target, discovery), (capacity) => {
        switch (capacity.on) {
          case "fargate":
            return ok(
              capacity.beside ? "Fargate on demand, whatever share of the service is on Spot" : "Fargate on demand",
            );
          case "external":
            return fail(
              "it runs on machines outside of AWS (ECS Anywhere)",
              "Name a service first whose nodes a load balancer reaches",
            );
          case "spot":
            return fail(
              `its only capacity is Spot (${capacity.provider})`,
              "Add an on-demand capacity provider to its strategy; with base and weight 0 no other node is started there",
            );
          case "instances": {
            const where = capacity.provider ?? "the cluster's EC2 instances";
            return capacity.doubt
              ? warn(
                  `${where}: ${capacity.doubt}, and ECS does not say`,
                  "Add an on-demand capacity provider to the service's strategy, if it is Spot; with base and weight 0 no other node is started there",
                )
              : ok(`${where}; that they are no Spot instances ECS does not say`);
          }
        }
      }),
  },
  {
    name: "instances-can-be-used",
    looked: () => "container instances that the nodes run on",
    expected: "each connected: ECS cannot tell a container to stop where it does not reach the agent",
    find: ({ discovery }) =>
      given(discovery.shapes, (shapes) =>
        given(discovery.instances, (instances) => {
          const used = shapes.flatMap(({ tasks }) =>
            tasks.flatMap(({ containerInstanceArn = [] }) => containerInstanceArn),
          );
          const ours = instances.filter(({ arn }) => used.includes(arn));
          return none(
            ours.filter(({ agentConnected }) => !agentConnected),
            ({ ec2InstanceId }) => `the agent on ${ec2InstanceId} is not connected`,
            ours.length ? `${ours.length} connected` : "none",
            "Start the ECS agent there again, or replace the instance",
          );
        }),
      ),
  },
  {
    name: "leader-fits-in",
    looked: () => "room on the container instances for one node more",
    expected: "an instance where the leader stands beside all followers",
    find: ({ target, discovery }) =>
      given(capacityOf(target, discovery), (capacity) => {
        if (capacity.on !== "instances") return ok("Fargate has room");
        return given(discovery.instances, (instances) =>
          given(discovery.shapes, (shapes) => {
            const shape = shapes.find(({ service }) => service === target.services[0]?.name);
            const needs = needsOf(shape);
            const usable = instances.filter(
              ({ status, agentConnected, capacityProvider }) =>
                status === "ACTIVE" && agentConnected && (!capacity.provider || capacityProvider === capacity.provider),
            );
            const room = usable.filter((instance) => fits(needs, instance));
            if (room.length > 0) return ok(`${room.length} of ${usable.length} instances have it`);
            const wanted = `${needs.cpu} CPU units, ${needs.memory} MiB${needs.ports.length ? ` and port ${needs.ports.join(", ")}` : ""}`;
            return warn(
              `none of ${usable.length} instances has ${wanted} to spare${capacity.grows ? `, as long as ${capacity.provider} adds none` : ""}`,
              "Add an instance before the window. Without one the leader takes the place of a stopped node, and must retire before the last follower starts: the window gets longer",
            );
          }),
        );
      }),
  },
];

const capacityOf = (target: Target, { services, capacity }: Discovery): Read<LeaderCapacity> => {
  if (!services.ok) return services;
  if (!capacity.ok) return capacity;
  const leader = services.value.find(({ name }) => name === target.services[0]?.name);
  return leader
    ? { ok: true, value: leaderCapacity(leader, capacity.value) }
    : { ok: false, error: `${target.services[0]?.name} does not exist` };
};

type Needs = { cpu: number; memory: number; ports: number[] };

/** As ECS reserves it: what the definition says for the task, else for all its containers. In the host's network a container's port is the host's. */
function needsOf(shape: ServiceShape | undefined): Needs {
  const { cpu, memory, networkMode, containerDefinitions = [] }: TaskDefinition = shape?.definition ?? {};
  const total = (of: (container: (typeof containerDefinitions)[number]) => number | undefined) =>
    containerDefinitions.reduce((sum, container) => sum + (of(container) ?? 0), 0);
  return {
    cpu: cpu === undefined ? total((container) => container.cpu) : Number(cpu),
    memory:
      memory === undefined ? total((container) => container.memoryReservation ?? container.memory) : Number(memory),
    ports:
      networkMode === "awsvpc"
        ? []
        : containerDefinitions
            .flatMap(({ portMappings = [] }) => portMappings)
            .map(({ hostPort, containerPort }) => (networkMode === "host" ? containerPort : hostPort) ?? 0)
            .filter((port) => port > 0),
  };
}

const fits = ({ cpu, memory, ports }: Needs, { remaining }: EcsInstance): boolean =>
  remaining.cpu >= cpu && remaining.memory >= memory && !ports.some((port) => remaining.takenPorts.includes(port));
