import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { RDSClient } from "@aws-sdk/client-rds";
import { SchedulerClient } from "@aws-sdk/client-scheduler";

export type SeedClients = {
  autoScaling: ApplicationAutoScalingClient;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  eventBridge: EventBridgeClient;
  rds: RDSClient;
  scheduler: SchedulerClient;
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
  const eventBridge = new EventBridgeClient(config);
  const rds = new RDSClient(config);
  const scheduler = new SchedulerClient(config);
  return {
    autoScaling,
    ecs,
    elb,
    eventBridge,
    rds,
    scheduler,
    destroy() {
      for (const client of [autoScaling, ecs, elb, eventBridge, rds, scheduler]) client.destroy();
    },
  };
}
