import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  type TargetGroup as TargetGroupDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { said, saidNumber } from "./said.ts";

export type TargetGroup = {
  arn: string;
  name: string;
  targetType: string;
  loadBalancerArns: string[];
  deregistrationDelaySeconds: number;
  /** How long the load balancer takes to find a new target healthy. */
  healthyAfterSeconds: number;
  /** How often it asks, and what follows. Undefined where it does not ask, or AWS does not say all of it: then nothing changes it. */
  times?: HealthCheckTimes;
  /** What it asks targets for over HTTP, and the statuses of a healthy one as AWS writes them: `200`, `200-299`, `200,202`. */
  healthCheck?: { path: string; statuses: string };
};
/** After so many good answers in a row a target that was unhealthy is healthy, and after so many bad ones it is unhealthy. */
export type HealthCheckTimes = {
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
};
export type TargetHealth = { id: string; port: number; state: string; reason?: string };

const DELAY = "deregistration_delay.timeout_seconds";

/** Calls about target groups and what is registered in them. */
export function createTargetGroups(client: ElasticLoadBalancingV2Client) {
  return {
    async targetGroups(arns: string[]): Promise<TargetGroup[]> {
      if (arns.length === 0) return [];
      const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: arns }));
      for (const arn of arns)
        said(
          TargetGroups.find(({ TargetGroupArn }) => TargetGroupArn === arn),
          `what ${arn} is`,
        );
      return Promise.all(
        TargetGroups.map(async (group) => {
          const { Attributes = [] } = await client.send(
            new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.TargetGroupArn }),
          );
          return {
            arn: said(group.TargetGroupArn, "which target group it describes"),
            name: group.TargetGroupName!,
            targetType: group.TargetType ?? "",
            loadBalancerArns: group.LoadBalancerArns ?? [],
            deregistrationDelaySeconds: saidNumber(
              Attributes.find(({ Key }) => Key === DELAY)?.Value,
              `the deregistration delay of ${group.TargetGroupArn}`,
            ),
            ...(group.HealthCheckPath && {
              healthCheck: { path: group.HealthCheckPath, statuses: group.Matcher?.HttpCode ?? "200" },
            }),
            ...timesOf(group),
            healthyAfterSeconds: (group.HealthCheckIntervalSeconds ?? 30) * (group.HealthyThresholdCount ?? 5),
          };
        }),
      );
    },

    async setDeregistrationDelay(targetGroupArn: string, seconds: number): Promise<void> {
      await client.send(new ModifyTargetGroupAttributesCommand(deregistrationDelayInput(targetGroupArn, seconds)));
    },

    /** The time-out of a single check stays as it is. */
    async setHealthCheck(targetGroupArn: string, times: HealthCheckTimes): Promise<void> {
      await client.send(new ModifyTargetGroupCommand(healthCheckInput(targetGroupArn, times)));
    },

    async registerTarget(targetGroupArn: string, target: { id: string; port: number }): Promise<void> {
      await client.send(new RegisterTargetsCommand(registerTargetsInput(targetGroupArn, target)));
    },

    async deregisterTarget(targetGroupArn: string, target: { id: string; port: number }): Promise<void> {
      await client.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: targetGroupArn,
          Targets: [{ Id: target.id, Port: target.port }],
        }),
      );
    },

    async targetHealth(targetGroupArn: string): Promise<TargetHealth[]> {
      const { TargetHealthDescriptions = [] } = await client.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
      );
      return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
        id: said(Target?.Id, `which target of ${targetGroupArn} it describes`),
        port: Target?.Port ?? 0,
        state: TargetHealth?.State ?? "",
        reason: [TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean).join(": ") || undefined,
      }));
    },
  };
}

/** Written back as they were read, so none of them may be a guess. */
function timesOf(group: TargetGroupDescription): Pick<TargetGroup, "times"> {
  const {
    HealthCheckIntervalSeconds: intervalSeconds,
    HealthCheckTimeoutSeconds: timeoutSeconds,
    HealthyThresholdCount: healthyThreshold,
    UnhealthyThresholdCount: unhealthyThreshold,
  } = group;
  if (group.HealthCheckEnabled === false) return {};
  if (!intervalSeconds || !timeoutSeconds || !healthyThreshold || !unhealthyThreshold) return {};
  return { times: { intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } };
}

export const deregistrationDelayInput = (targetGroupArn: string, seconds: number) => ({
  TargetGroupArn: targetGroupArn,
  Attributes: [{ Key: DELAY, Value: String(seconds) }],
});

export const healthCheckInput = (
  targetGroupArn: string,
  { intervalSeconds, healthyThreshold, unhealthyThreshold }: HealthCheckTimes,
) => ({
  TargetGroupArn: targetGroupArn,
  HealthCheckIntervalSeconds: intervalSeconds,
  HealthyThresholdCount: healthyThreshold,
  UnhealthyThresholdCount: unhealthyThreshold,
});

export const registerTargetsInput = (targetGroupArn: string, { id, port }: { id: string; port: number }) => ({
  TargetGroupArn: targetGroupArn,
  Targets: [{ Id: id, Port: port }],
});
