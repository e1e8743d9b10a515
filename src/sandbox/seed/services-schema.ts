import { z } from "zod";

const port = z.number().int().min(1).max(65_535);
const environment = z.record(z.string(), z.string()).default({});

const containerSchema = z.strictObject({
  name: z.string().min(1),
  image: z.string().min(1).describe("A reference under `images`"),
  port: port.optional().describe("The port that the process listens on inside the container"),
  environment: environment.describe("May hold `{database.NAME.url}` and the like"),
  command: z.array(z.string()).optional(),
  essential: z.boolean().default(true),
  hostPort: port.optional().describe("On the instance, with `network: bridge`; any that is free where it is absent"),
  portName: z.string().min(1).optional().describe("What Service Connect calls the port"),
  logGroup: z.string().min(1).optional().describe("A group of CloudWatch Logs: streams FAMILY/CONTAINER/TASK"),
  mounts: z.record(z.string(), z.string().startsWith("/")).default({}).describe("Paths by volume"),
  dependsOn: z
    .record(z.string(), z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]))
    .default({})
    .describe("Conditions by container"),
  stopTimeoutSeconds: z.number().int().min(0).max(120).optional(),
  healthCheck: z
    .strictObject({
      command: z.array(z.string()).min(2).describe("`[CMD, …]` or `[CMD-SHELL, …]`"),
      intervalSeconds: z.number().int().min(5).max(300).default(5),
      timeoutSeconds: z.number().int().min(2).max(60).default(2),
      retries: z.number().int().min(1).max(10).default(3),
      startPeriodSeconds: z.number().int().min(0).max(300).optional(),
    })
    .optional(),
});

export const taskDefinitionSchema = z.strictObject({
  containers: z.array(containerSchema).min(1).max(10),
  network: z.enum(["awsvpc", "bridge", "host"]).default("awsvpc").describe("Fargate knows awsvpc only"),
  volumes: z
    .record(
      z.string(),
      z.strictObject({ fileSystem: z.string().startsWith("fs-").optional(), rootDirectory: z.string().optional() }),
    )
    .default({})
    .describe("EFS file systems by volume; a volume without one is each task's own"),
  cpu: z.string().default("256"),
  memory: z.string().default("512"),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
});

export const serviceSchema = z.strictObject({
  cluster: z.string().describe("One of `clusters`"),
  taskDefinition: z.string().describe("A family under `taskDefinitions`"),
  desiredCount: z.number().int().min(0).max(50).default(1),
  loadBalancers: z
    .array(z.strictObject({ targetGroup: z.string(), container: z.string(), port }))
    .max(5)
    .default([]),
  healthCheckGracePeriodSeconds: z.number().int().min(0).optional(),
  deployment: z
    .strictObject({
      minimumHealthyPercent: z.number().int().min(0).max(100).optional(),
      maximumPercent: z.number().int().min(100).optional(),
      circuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
    })
    .prefault({}),
  availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]).optional(),
  launchType: z.enum(["FARGATE", "EC2"]).default("FARGATE"),
  spot: z.boolean().default(false).describe("On Fargate Spot, by a capacity provider strategy"),
  daemon: z.boolean().default(false).describe("One task on each container instance"),
  deploymentController: z.enum(["ECS", "CODE_DEPLOY", "EXTERNAL"]).default("ECS"),
  strategy: z.enum(["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"]).default("ROLLING"),
  serviceConnect: z
    .strictObject({ namespace: z.string().min(1), offers: z.array(z.string()).default([]).describe("Port names") })
    .optional(),
});

export const containerInstanceSchema = z.strictObject({
  cluster: z.string().describe("One of `clusters`"),
  cpu: z.number().int().min(128).default(2048).describe("CPU units: 1024 are one vCPU"),
  memory: z.number().int().min(128).default(3884).describe("In MiB"),
});
export type ContainerInstanceSeed = z.output<typeof containerInstanceSchema>;

export const scalableTargetSchema = z.strictObject({
  service: z.string().describe("One of `services`"),
  min: z.number().int().min(0),
  max: z.number().int().min(0),
  suspended: z
    .strictObject({
      in: z.boolean().default(false),
      out: z.boolean().default(false),
      scheduled: z.boolean().default(false),
    })
    .optional(),
  targetCpuPercent: z.number().positive().optional().describe("A target tracking policy on AWS/ECS CPUUtilization"),
  scheduledActions: z
    .record(
      z.string(),
      z.strictObject({
        schedule: z.string().min(1),
        timezone: z.string().optional(),
        min: z.number().int().min(0).optional(),
        max: z.number().int().min(0).optional(),
      }),
    )
    .default({}),
});

export type TaskDefinitionSeed = z.output<typeof taskDefinitionSchema>;
export type ServiceSeed = z.output<typeof serviceSchema>;
export type ScalableTargetSeed = z.output<typeof scalableTargetSchema>;
