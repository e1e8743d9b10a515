import * as autoScaling from "@aws-sdk/client-application-auto-scaling";
import * as cloudWatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as eventBridge from "@aws-sdk/client-eventbridge";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as sts from "@aws-sdk/client-sts";
import { createConstraints } from "./wire/constraints.ts";
import type { Handlers, Mount } from "./wire/handlers.ts";
import { describeService } from "./wire/service.ts";

type ServiceHandlers = {
  autoScaling: Handlers<typeof autoScaling>;
  ecr: Handlers<typeof ecr>;
  ecs: Handlers<typeof ecs>;
  elb: Handlers<typeof elb>;
  lambda: Handlers<typeof lambda>;
  rds: Handlers<typeof rds>;
  sts: Handlers<typeof sts>;
  /** The services beside those that a target is made of; one that is absent answers 501 to everything. */
  cloudWatch?: Handlers<typeof cloudWatch>;
  eventBridge?: Handlers<typeof eventBridge>;
  logs?: Handlers<typeof logs>;
  scheduler?: Handlers<typeof scheduler>;
};

/** Every service's behaviour with its own wire shapes and its own words for absent parameters. */
export const createMounts = (handlers: ServiceHandlers): Mount[] => [
  {
    service: describeService(ecs, ecs.ECSClient),
    handlers: handlers.ecs,
    missing: createConstraints("ecs").missing,
  },
  {
    service: describeService(elb, elb.ElasticLoadBalancingV2Client),
    handlers: handlers.elb,
    missing: createConstraints("elbv2").missing,
  },
  {
    service: describeService(rds, rds.RDSClient),
    handlers: handlers.rds,
    missing: createConstraints("rds").missing,
  },
  {
    service: describeService(autoScaling, autoScaling.ApplicationAutoScalingClient),
    handlers: handlers.autoScaling,
    missing: createConstraints("application-autoscaling").missing,
  },
  {
    service: describeService(lambda, lambda.LambdaClient),
    handlers: handlers.lambda,
    missing: createConstraints("lambda").missing,
  },
  {
    service: describeService(ecr, ecr.ECRClient),
    handlers: handlers.ecr,
    missing: createConstraints("ecr").missing,
  },
  {
    service: describeService(sts, sts.STSClient),
    handlers: handlers.sts,
    missing: createConstraints("sts").missing,
  },
  {
    service: describeService(eventBridge, eventBridge.EventBridgeClient),
    handlers: handlers.eventBridge ?? {},
    missing: createConstraints("eventbridge").missing,
  },
  {
    service: describeService(scheduler, scheduler.SchedulerClient),
    handlers: handlers.scheduler ?? {},
    missing: createConstraints("scheduler").missing,
  },
  {
    service: describeService(logs, logs.CloudWatchLogsClient),
    handlers: handlers.logs ?? {},
    missing: createConstraints("logs").missing,
  },
  {
    service: describeService(cloudWatch, cloudWatch.CloudWatchClient),
    handlers: handlers.cloudWatch ?? {},
    missing: createConstraints("cloudwatch").missing,
  },
];
