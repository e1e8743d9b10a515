import { z } from "zod";

const seconds = z.number().int().min(0);
const texts = z.array(z.string()).min(1);

export const actionSchema = z
  .union([
    z.strictObject({ targetGroup: z.string() }),
    z.strictObject({
      fixedResponse: z.strictObject({
        status: z.number().int().min(200).max(599),
        contentType: z.string().default("text/plain"),
        body: z.string().default(""),
      }),
    }),
    z.strictObject({ redirect: z.strictObject({ to: z.url(), status: z.literal([301, 302]).default(302) }) }),
  ])
  .describe("Where a request goes: a target group of this load balancer, a fixed response or a redirect");

const ruleSchema = z.strictObject({
  priority: z.number().int().min(1).max(50_000),
  conditions: z
    .strictObject({
      path: texts.optional(),
      host: texts.optional(),
      methods: texts.optional(),
      sourceIp: texts.optional(),
      headers: z.record(z.string(), texts).optional(),
      query: z.record(z.string(), z.string()).optional(),
    })
    .refine((conditions) => Object.keys(conditions).length > 0, "expected at least one condition"),
  action: actionSchema,
});

const listenerSchema = z.strictObject({
  port: z
    .union([z.number().int().min(1).max(65_535), z.literal("auto")])
    .default("auto")
    .describe("`auto` takes a port that is free on every address"),
  default: actionSchema.describe("What happens to a request that matches no rule"),
  rules: z.array(ruleSchema).default([]),
});

const targetGroupSchema = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(80),
  deregistrationDelaySeconds: seconds.max(3600).optional(),
  healthCheck: z
    .strictObject({
      path: z.string().startsWith("/").default("/"),
      intervalSeconds: z.number().int().min(5).max(300).default(5),
      timeoutSeconds: z.number().int().min(2).max(120).default(2),
      healthyThreshold: z.number().int().min(2).max(10).default(2),
      unhealthyThreshold: z.number().int().min(2).max(10).default(2),
      statuses: z.string().default("200").describe("As AWS writes them: `200`, `200-299`, `200,204`"),
    })
    .prefault({}),
});

export const loadBalancerSchema = z.strictObject({
  targetGroups: z.record(z.string(), targetGroupSchema).default({}),
  listeners: z.array(listenerSchema).min(1).max(50),
});
export type LoadBalancerSeed = z.output<typeof loadBalancerSchema>;
export type ListenerSeed = LoadBalancerSeed["listeners"][number];
export type RuleSeed = ListenerSeed["rules"][number];
export type ActionSeed = z.output<typeof actionSchema>;
