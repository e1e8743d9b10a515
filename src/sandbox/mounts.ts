import * as autoScaling from "@aws-sdk/client-application-auto-scaling";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
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
];
