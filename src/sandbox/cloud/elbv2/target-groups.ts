import { isDeepStrictEqual } from "node:util";
import {
  type CreateTargetGroupInput,
  DuplicateTargetGroupNameException$,
  ResourceInUseException$,
  TargetGroupNotFoundException$,
  TooManyTargetGroupsException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { arn } from "../world.ts";
import { loadBalancersOf, targetGroupsOf } from "./associations.ts";
import { defaultAttributes, describeAttributes, modifyAttributes, TARGET_GROUP_ATTRIBUTES } from "./attributes.ts";
import { assertOneOf, assertRange } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import { DEFAULT_HEALTH_CHECK, readHealthCheck } from "./health-check-settings.ts";
import { type Elb, type ElbHandlers, loadBalancer, type TargetGroup, targetGroup } from "./model.ts";
import { paginate } from "./pagination.ts";
import { QUOTAS } from "./quotas.ts";
import { readTags } from "./tags.ts";
import { delayChanged, deregistrationDelayMs, stopTargets } from "./targets.ts";

export const targetGroupHandlers = (elb: Elb) =>
  ({
    CreateTargetGroup(input) {
      const name = readName(input.Name!);
      const settings = readSettings(input);
      const healthCheck = readHealthCheck(input, DEFAULT_HEALTH_CHECK);
      const tags = readTags(input.Tags);
      const twin = [...elb.targetGroups.values()].find((other) => other.name === name);
      if (twin && isDeepStrictEqual([twin.settings, twin.healthCheck], [settings, healthCheck])) {
        return { TargetGroups: [describe(elb, twin)] };
      }
      if (twin) {
        throw awsError(
          DuplicateTargetGroupNameException$,
          `A target group with the same name '${name}' exists, but with different settings`,
        );
      }
      if (elb.targetGroups.size >= QUOTAS["target-groups"]) {
        throw awsError(TooManyTargetGroupsException$, "The quota of target groups of this account has been reached");
      }
      const created: TargetGroup = {
        arn: arn(elb.world, "elasticloadbalancing", `targetgroup/${name}/${elb.world.ids.hex(16)}`),
        name,
        settings,
        healthCheck,
        attributes: defaultAttributes(TARGET_GROUP_ATTRIBUTES),
        targets: new Map(),
        inUse: false,
        turn: 0,
      };
      elb.targetGroups.set(created.arn, created);
      elb.tags.set(created.arn, tags);
      return { TargetGroups: [describe(elb, created)] };
    },
    DescribeTargetGroups(input) {
      const { LoadBalancerArn, TargetGroupArns, Names } = input;
      const all = [...elb.targetGroups.values()];
      const named = Names?.map(
        (name) => all.find((group) => group.name === name) ?? notFound(`Target groups '[${name}]' not found`),
      );
      const attached = LoadBalancerArn ? [...targetGroupsOf(elb, loadBalancer(elb, LoadBalancerArn))] : undefined;
      const found = TargetGroupArns?.map((arn) => targetGroup(elb, arn)) ?? named ?? attached ?? all;
      const { items, NextMarker } = paginate(found, input);
      return { TargetGroups: items.map((group) => describe(elb, group)), NextMarker };
    },
    ModifyTargetGroup(input) {
      const group = targetGroup(elb, input.TargetGroupArn!);
      group.healthCheck = readHealthCheck(input, group.healthCheck);
      for (const target of group.targets.values()) target.healthCheckChanged?.();
      return { TargetGroups: [describe(elb, group)] };
    },
    DeleteTargetGroup(input) {
      // Deleting one that is gone already succeeds.
      const group = elb.targetGroups.get(input.TargetGroupArn!);
      if (!group) return {};
      if (group.inUse) {
        throw awsError(
          ResourceInUseException$,
          `Target group '${group.arn}' is currently in use by a listener or a rule`,
        );
      }
      stopTargets(group);
      elb.targetGroups.delete(group.arn);
      elb.tags.delete(group.arn);
      return {};
    },
    DescribeTargetGroupAttributes: (input) => ({
      Attributes: describeAttributes(targetGroup(elb, input.TargetGroupArn!).attributes),
    }),
    ModifyTargetGroupAttributes(input) {
      const group = targetGroup(elb, input.TargetGroupArn!);
      const delayBeforeMs = deregistrationDelayMs(group);
      modifyAttributes(TARGET_GROUP_ATTRIBUTES, group.attributes, input.Attributes!);
      delayChanged(elb, group, delayBeforeMs);
      return { Attributes: describeAttributes(group.attributes) };
    },
  }) satisfies ElbHandlers;

function readName(name: string): string {
  if (/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/.test(name)) return name;
  throw validationError(
    `The target group name '${name}' must have at most 32 letters, digits and hyphens, and no hyphen at either end`,
  );
}

function readSettings(input: CreateTargetGroupInput): TargetGroup["settings"] {
  const { TargetType = "instance", ProtocolVersion = "HTTP1", IpAddressType = "ipv4" } = input;
  assertOneOf(TargetType, "targetType", ["instance", "ip", "lambda", "alb"]);
  if (TargetType === "lambda" || TargetType === "alb") throw notSimulated(`target groups of type ${TargetType}`);
  const { Protocol } = input;
  if (Protocol === undefined) throw validationError("A protocol must be specified");
  assertOneOf(Protocol, "protocol", ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"]);
  if (Protocol !== "HTTP") throw notSimulated(`target groups with the protocol ${Protocol}`);
  assertOneOf(ProtocolVersion, "protocolVersion", ["HTTP1", "HTTP2", "GRPC"]);
  if (ProtocolVersion !== "HTTP1") throw notSimulated(`target groups with the protocol version ${ProtocolVersion}`);
  assertOneOf(IpAddressType, "ipAddressType", ["ipv4", "ipv6"]);
  if (IpAddressType !== "ipv4") throw notSimulated("target groups of IPv6 addresses");
  if (input.Port === undefined) throw validationError("A port must be specified");
  if (!input.VpcId) throw validationError("A VPC ID must be specified");
  const port = assertRange(input.Port, "port", { minimum: 1, maximum: 65_535 });
  return { targetType: TargetType, port, vpcId: input.VpcId, ipAddressType: IpAddressType };
}

const describe = (elb: Elb, group: TargetGroup) => ({
  TargetGroupArn: group.arn,
  TargetGroupName: group.name,
  Protocol: "HTTP" as const,
  Port: group.settings.port,
  VpcId: group.settings.vpcId,
  HealthCheckProtocol: "HTTP" as const,
  HealthCheckPort: group.healthCheck.port,
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: group.healthCheck.intervalSeconds,
  HealthCheckTimeoutSeconds: group.healthCheck.timeoutSeconds,
  HealthyThresholdCount: group.healthCheck.healthyThreshold,
  UnhealthyThresholdCount: group.healthCheck.unhealthyThreshold,
  HealthCheckPath: group.healthCheck.path,
  Matcher: { HttpCode: group.healthCheck.matcher },
  LoadBalancerArns: loadBalancersOf(elb, group).map(({ arn }) => arn),
  TargetType: group.settings.targetType,
  ProtocolVersion: "HTTP1",
  IpAddressType: group.settings.ipAddressType,
});

function notFound(message: string): never {
  throw awsError(TargetGroupNotFoundException$, message);
}
