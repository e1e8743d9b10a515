import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import {
  ElasticLoadBalancingV2Client,
  type ElasticLoadBalancingV2ClientConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { RDSClient } from "@aws-sdk/client-rds";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { callLimits, withoutLateAttempts } from "./call-limits.ts";
import { type Pace, patientRetries } from "./pace.ts";

export type Clients = {
  autoScaling: ApplicationAutoScalingClient;
  ecr: ECRClient;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  eventBridge: EventBridgeClient;
  /** By region: a container may write its lines to another one. */
  logs: (region: string) => CloudWatchLogsClient;
  rds: RDSClient;
  scheduler: SchedulerClient;
};

type Options = Pick<
  ElasticLoadBalancingV2ClientConfig,
  "requestHandler" | "credentials" | "region" | "endpoint" | "profile"
> & {
  /** Of a process that would rather wait than fail where AWS throttles; without one a call is soon given up. */
  pace?: Pace;
  /** Whether this process may still change anything; one that never stops always may. */
  mayAct?: () => boolean;
};

/** Shorter than the time-out of a request: what timed out is repeated by its step, which looks first whether it is still in charge. */
const LATEST_ATTEMPT_MS = 8_000;

/**
 * One client a service, made once per process. The time-outs are short because every caller of these looks again soon: a call that
 * hangs for the SDK's default would be downtime.
 */
export function createClients({ pace, mayAct, ...options }: Options = {}): Clients {
  const config = {
    maxAttempts: 3,
    ...(pace && { retryStrategy: patientRetries(pace) }),
    requestHandler: callLimits({ requestTimeoutMs: 10_000 }),
    customUserAgent: "intermission",
    ...options,
  };
  const limits = { withinMs: LATEST_ATTEMPT_MS, mayAct };
  const logs = new Map<string, CloudWatchLogsClient>();
  const logsIn = (region: string) => {
    const client = logs.get(region) ?? new CloudWatchLogsClient({ ...config, region });
    logs.set(region, client);
    return client;
  };
  return {
    autoScaling: withoutLateAttempts(new ApplicationAutoScalingClient(config), limits),
    ecr: withoutLateAttempts(new ECRClient(config), limits),
    ecs: withoutLateAttempts(new ECSClient(config), limits),
    elb: withoutLateAttempts(new ElasticLoadBalancingV2Client(config), limits),
    eventBridge: withoutLateAttempts(new EventBridgeClient(config), limits),
    logs: logsIn,
    rds: withoutLateAttempts(new RDSClient(config), limits),
    scheduler: withoutLateAttempts(new SchedulerClient(config), limits),
  };
}
