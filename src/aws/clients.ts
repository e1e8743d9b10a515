import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import {
  ElasticLoadBalancingV2Client,
  type ElasticLoadBalancingV2ClientConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";

export type Clients = {
  autoScaling: ApplicationAutoScalingClient;
  ecr: ECRClient;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  rds: RDSClient;
};

type Options = Pick<ElasticLoadBalancingV2ClientConfig, "requestHandler" | "credentials" | "region">;

/**
 * One client a service, made once per process. The time-outs are short because every caller of these looks again soon: a call that
 * hangs for the SDK's default would be downtime.
 */
export function createClients(options: Options = {}): Clients {
  const config = {
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
    customUserAgent: "intermission",
    ...options,
  };
  return {
    autoScaling: new ApplicationAutoScalingClient(config),
    ecr: new ECRClient(config),
    ecs: new ECSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    rds: new RDSClient(config),
  };
}
