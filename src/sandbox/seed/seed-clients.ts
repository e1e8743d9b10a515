import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";

export type SeedClients = {
  autoScaling: ApplicationAutoScalingClient;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  rds: RDSClient;
  destroy(): void;
};

export function createSeedClients(config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}): SeedClients {
  const autoScaling = new ApplicationAutoScalingClient(config);
  const ecs = new ECSClient(config);
  const elb = new ElasticLoadBalancingV2Client(config);
  const rds = new RDSClient(config);
  return {
    autoScaling,
    ecs,
    elb,
    rds,
    destroy() {
      for (const client of [autoScaling, ecs, elb, rds]) client.destroy();
    },
  };
}
