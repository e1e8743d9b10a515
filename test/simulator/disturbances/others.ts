import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** Somebody else with the rights of an operator. A call of theirs that is disturbed or refused is not repeated. */
export function othersOf({ operator }: SimulatedCloud) {
  const config = { ...operator, maxAttempts: 1 };
  return {
    ecs: new ECSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    rds: new RDSClient(config),
    autoScaling: new ApplicationAutoScalingClient(config),
  };
}

/** Whether somebody else's call was carried out. Only what AWS answered, or did not answer, counts as a refusal. */
export async function carriedOut(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) return false;
    throw error;
  }
}
