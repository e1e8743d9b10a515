import { BlockList, isIPv4 } from "node:net";
import {
  InvalidTargetException$,
  type TargetDescription,
  TooManyRegistrationsForTargetIdException$,
  TooManyTargetsException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { loadBalancersOf, targetGroupsOf } from "./associations.ts";
import { assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { type Elb, type ElbHandlers, type Target, type TargetGroup, targetGroup } from "./model.ts";
import { QUOTAS, UNTOLD_QUOTAS } from "./quotas.ts";
import { reportedHealth, targetKey } from "./target-state.ts";
import { deregisterTarget, registerTarget } from "./targets.ts";

export const targetHandlers = (elb: Elb) =>
  ({
    RegisterTargets(input) {
      const group = targetGroup(elb, input.TargetGroupArn!);
      const targets = readTargets(group, input.Targets);
      for (const { id } of targets) assertRoutable(elb, group, id);
      assertRoom(elb, group, targets);
      for (const target of targets) registerTarget(elb, group, { ...target, by: "caller" });
      return {};
    },
    DeregisterTargets(input) {
      const group = targetGroup(elb, input.TargetGroupArn!);
      for (const target of readTargets(group, input.Targets)) deregisterTarget(elb, group, target);
      return {};
    },
    DescribeTargetHealth(input) {
      const group = targetGroup(elb, input.TargetGroupArn!);
      const targets = input.Targets?.length ? readTargets(group, input.Targets) : [...group.targets.values()];
      const all = input.Include?.includes("All");
      return {
        TargetHealthDescriptions: targets.map(({ id, port }) => ({
          Target: { Id: id, Port: port },
          HealthCheckPort: group.healthCheck.port === "traffic-port" ? String(port) : group.healthCheck.port,
          TargetHealth: reportedHealth(group, group.targets.get(targetKey({ id, port }))),
          ...((all || input.Include?.includes("AnomalyDetection")) && {
            AnomalyDetection: { Result: "normal" as const, MitigationInEffect: "no" as const },
          }),
        })),
      };
    },
  }) satisfies ElbHandlers;

/** A target without a port has its group's. */
function readTargets(group: TargetGroup, targets: TargetDescription[] = []): Pick<Target, "id" | "port">[] {
  if (targets.length === 0) throw validationError("At least one target must be specified");
  return targets.map(({ Id = "", Port = group.settings.port }) => ({
    id: Id,
    port: assertRange(Port, "targets.port", { minimum: 1, maximum: 65_535 }),
  }));
}

/** Where targets can be: the private ranges that AWS allows, and the loopback that stands for the VPC here. */
const routable = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
] as const) {
  routable.addSubnet(network, prefix);
}

function assertRoutable({ world }: Elb, { settings }: TargetGroup, id: string): void {
  if (settings.targetType === "instance") {
    if (world.instances?.has(id)) return;
    throw awsError(
      InvalidTargetException$,
      `The following targets are not in a running state and cannot be registered: '${id}' (the sandbox knows the instances that registered with an ECS cluster)`,
    );
  }
  if (!isIPv4(id)) throw validationError(`The IP address '${id}' is not a valid IPv4 address`);
  if (!routable.check(id)) {
    throw awsError(InvalidTargetException$, `The IP address '${id}' is not within the VPC or a private range`);
  }
}

type Address = Pick<Target, "id" | "port">;

function assertRoom(elb: Elb, group: TargetGroup, targets: Address[]): void {
  const added = targets.filter((target) => !group.targets.has(targetKey(target)));
  if (group.targets.size + added.length > UNTOLD_QUOTAS.targetsPerTargetGroup) {
    throw awsError(
      TooManyTargetsException$,
      `Target group '${group.arn}' cannot have more than ${UNTOLD_QUOTAS.targetsPerTargetGroup} targets`,
    );
  }
  const maximum = QUOTAS["targets-per-application-load-balancer"];
  for (const balancer of loadBalancersOf(elb, group)) {
    const registered = [...targetGroupsOf(elb, balancer)].flatMap(({ targets }) => [...targets.values()]);
    if (registered.length + added.length > maximum) {
      throw awsError(
        TooManyTargetsException$,
        `Load balancer '${balancer.arn}' cannot have more than ${maximum} targets`,
      );
    }
    assertRegistrations(registered, added);
  }
}

function assertRegistrations(registered: Address[], added: Address[]): void {
  const maximum = UNTOLD_QUOTAS.registrationsPerTarget;
  const count = (id: string) => [...registered, ...added].filter((target) => target.id === id).length;
  const over = added.find(({ id }) => count(id) > maximum);
  if (!over) return;
  throw awsError(
    TooManyRegistrationsForTargetIdException$,
    `Target '${over.id}' cannot be registered more than ${maximum} times with a load balancer`,
  );
}
