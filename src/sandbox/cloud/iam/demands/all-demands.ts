import type { DemandMap } from "../demand.ts";
import type { Known } from "../known.ts";
import { autoScalingDemands } from "./auto-scaling.ts";
import { dynamoDbDemands } from "./dynamodb.ts";
import { ecsDemands } from "./ecs.ts";
import { elbDemands } from "./elbv2.ts";
import { eventBridgeDemands } from "./event-bridge.ts";
import { lambdaDemands } from "./lambda.ts";
import { logsDemands } from "./logs.ts";
import { cloudWatchDemands, ecrDemands, stsDemands } from "./others.ts";
import { rdsDemands } from "./rds.ts";
import { schedulerDemands } from "./scheduler.ts";

/** What IAM is asked about every operation, by the SDK's name of the service: the Service Authorization Reference as far as it is simulated. */
export const allDemands = (known: Known): Record<string, DemandMap> => ({
  ECS: ecsDemands(known),
  "Elastic Load Balancing v2": elbDemands(known),
  RDS: rdsDemands(known),
  "Application Auto Scaling": autoScalingDemands(known),
  Lambda: lambdaDemands(known),
  ECR: ecrDemands(known),
  STS: stsDemands(known),
  EventBridge: eventBridgeDemands(known),
  Scheduler: schedulerDemands(known),
  "CloudWatch Logs": logsDemands(known),
  CloudWatch: cloudWatchDemands(known),
  DynamoDB: dynamoDbDemands(known),
});
