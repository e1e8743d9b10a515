import { z } from "zod";

const seconds = z.number().int().min(0);
const stickySeconds = seconds.min(1).max(604_800).optional();
const texts = z.array(z.string()).min(1);

export const actionSchema = z
  .union([
    z.strictObject({ targetGroup: z.string() }),
    z.strictObject({
      targetGroups: z
        .record(z.string(), z.number().int().min(0).max(999))
        .refine((weights) => Object.keys(weights).length > 0, "expected at least one target group")
        .describe("Weights by target group"),
      stickySeconds: stickySeconds.describe("How long a client stays with the group that it got first"),
    }),
    z.strictObject({
      fixedResponse: z.strictObject({
        status: z.number().int().min(200).max(599),
        contentType: z.string().default("text/plain"),
        body: z.string().default(""),
      }),
    }),
    z.strictObject({ redirect: z.strictObject({ to: z.url(), status: z.literal([301, 302]).default(302) }) }),
  ])
  .describe(
    "Where a request goes: a target group of this load balancer or several by weight, a fixed response or a redirect",
  );

const httpsUrl = z.url({ protocol: /^https$/ });
const authenticateSchema = z
  .union([
    z.strictObject({
      oidc: z.strictObject({
        issuer: httpsUrl,
        clientId: z.string().min(1),
        clientSecret: z.string().min(1).default("sandbox-secret"),
        authorizationEndpoint: httpsUrl.optional().describe("`/authorize` at the issuer unless given, and so on"),
        tokenEndpoint: httpsUrl.optional(),
        userInfoEndpoint: httpsUrl.optional(),
        onUnauthenticatedRequest: z.enum(["deny", "allow", "authenticate"]).default("authenticate"),
      }),
    }),
    z.strictObject({
      cognito: z.strictObject({ userPoolArn: z.string(), clientId: z.string().min(1), domain: z.string().min(1) }),
    }),
    z.strictObject({ jwt: z.strictObject({ issuer: z.string().min(1), jwksEndpoint: httpsUrl }) }),
  ])
  .describe("What a request must pass before the action; on HTTPS listeners only");

const rewriteSchema = z.strictObject({ regex: z.string().min(1).max(1024), replace: z.string().max(1024) });

const ruleSchema = z.strictObject({
  priority: z.number().int().min(1).max(50_000),
  conditions: z
    .strictObject({
      path: texts.optional(),
      pathExpressions: texts.optional().describe("Regular expressions instead of patterns"),
      host: texts.optional(),
      methods: texts.optional(),
      sourceIp: texts.optional(),
      headers: z.record(z.string(), texts).optional(),
      query: z.record(z.string(), z.string()).optional(),
    })
    .refine((conditions) => Object.keys(conditions).length > 0, "expected at least one condition"),
  authenticate: authenticateSchema.optional(),
  action: actionSchema,
  transforms: z
    .strictObject({ host: rewriteSchema.optional(), url: rewriteSchema.optional() })
    .optional()
    .describe("What the target gets instead of the client's host and URL"),
});

const listenerSchema = z
  .strictObject({
    protocol: z
      .enum(["http", "https"])
      .default("http")
      .describe("`https` in simulations only: the sandbox's real network speaks no TLS"),
    port: z
      .union([z.number().int().min(1).max(65_535), z.literal("auto")])
      .default("auto")
      .describe("`auto` takes a port that is free on every address"),
    authenticate: authenticateSchema.optional(),
    default: actionSchema.describe("What happens to a request that matches no rule"),
    rules: z.array(ruleSchema).default([]),
  })
  .superRefine(({ protocol, authenticate, rules }, context) => {
    if (protocol === "https") return;
    const places = [
      ...(authenticate ? [["authenticate"]] : []),
      ...rules.flatMap((rule, index) => (rule.authenticate ? [["rules", index, "authenticate"]] : [])),
    ];
    for (const path of places)
      context.addIssue({ code: "custom", path, message: "expected an HTTPS listener around it" });
  });

const targetGroupSchema = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(80),
  deregistrationDelaySeconds: seconds.max(3600).optional(),
  stickySeconds: stickySeconds.describe("How long a client stays with the target that it got first"),
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
  internal: z.boolean().default(false),
  securityGroups: z.array(z.string().regex(/^sg-[0-9a-f]+$/, "expected the id of a security group")).default([]),
  targetGroups: z.record(z.string(), targetGroupSchema).default({}),
  listeners: z.array(listenerSchema).min(1).max(50),
});
export type LoadBalancerSeed = z.output<typeof loadBalancerSchema>;
export type ListenerSeed = LoadBalancerSeed["listeners"][number];
export type RuleSeed = ListenerSeed["rules"][number];
export type ActionSeed = z.output<typeof actionSchema>;
export type AuthenticateSeed = z.output<typeof authenticateSchema>;
export type TransformsSeed = NonNullable<RuleSeed["transforms"]>;
export type TargetGroupSeed = LoadBalancerSeed["targetGroups"][string];
