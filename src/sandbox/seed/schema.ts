import { z } from "zod";
import { latenciesSchema, quotasSchema, switchesSchema } from "../cloud/settings.ts";
import { databaseSchema } from "./databases-schema.ts";
import { loadBalancerSchema } from "./load-balancer-schema.ts";
import { scheduledTaskSchema } from "./scheduled-tasks-schema.ts";
import {
  containerInstanceSchema,
  scalableTargetSchema,
  serviceSchema,
  taskDefinitionSchema,
} from "./services-schema.ts";

const imageSchema = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .describe(
      "What runs when a container starts. `{host}`, `{port}` and `{task}` stand for the task's own, `{mount.VOLUME}` for a volume's folder",
    ),
  workingDirectory: z.string().optional().describe("Relative to the folder of this file"),
  environment: z.record(z.string(), z.string()).default({}).describe("With the same placeholders"),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits")
    .optional()
    .describe("Made from the reference and the program where it is absent"),
});

/** sandbox.yml: what the sandbox's AWS holds when it is ready. */
export const seedSchema = z.strictObject({
  region: z.string().min(1).default("eu-central-1"),
  account: z
    .string()
    .regex(/^\d{12}$/, "expected the 12 digits of an AWS account, as a string")
    .default("111122223333"),
  latencies: latenciesSchema.prefault({}).describe("How long AWS takes for things, once the sandbox is ready"),
  switches: switchesSchema.prefault({}).describe("Behaviours of AWS that are not certain"),
  quotas: quotasSchema.prefault({}).describe("What the account may have at most, where AWS has raised it"),
  images: z.record(z.string(), imageSchema).default({}).describe("Image references and the programs they stand for"),
  databases: z
    .record(z.string(), databaseSchema)
    .default({})
    .describe("PostgreSQL under RDS by identifier: instances, clusters, read replicas and proxies"),
  loadBalancers: z.record(z.string(), loadBalancerSchema).default({}).describe("Application Load Balancers by name"),
  clusters: z.array(z.string().min(1)).default([]).describe("ECS clusters by name"),
  taskDefinitions: z.record(z.string(), taskDefinitionSchema).default({}).describe("Task definitions by family"),
  services: z.record(z.string(), serviceSchema).default({}).describe("ECS services by name"),
  containerInstances: z.array(containerInstanceSchema).default([]).describe("EC2 instances in clusters"),
  scheduledTasks: z
    .record(z.string(), scheduledTaskSchema)
    .default({})
    .describe("Tasks that EventBridge runs, by the name of its rule or schedule"),
  scalableTargets: z.array(scalableTargetSchema).default([]),
  intermission: z
    .union([z.string().min(1), z.looseObject({ targets: z.record(z.string(), z.unknown()) })])
    .optional()
    .describe("The targets to operate: the path of an intermission.yml, or its content"),
});

export type Seed = z.output<typeof seedSchema>;
export type ImageSeed = Seed["images"][string];
