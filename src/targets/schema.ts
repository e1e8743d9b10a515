import { z } from "zod";
import { onFailureSchema, restoreModeSchema } from "../operations/operation.ts";
import { approversSchema, githubAccessSchema, iamAccessSchema } from "./access-schema.ts";
import { networkOf } from "./cidr.ts";
import { type Deployment, deploymentSchema } from "./deployment-schema.ts";
import { durationSchema } from "./duration.ts";
import { pageSchema } from "./page-schema.ts";
import { presetNames } from "./presets/preset.ts";
import { probesSchema } from "./probes-schema.ts";
import { resourcesSchema } from "./resources-schema.ts";
import { windowSchema } from "./window-schema.ts";

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "expected 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit",
  );
/** A rule of the load balancer compares with five values, so ten networks are two or three rules more before each door. */
const MOST_BYPASS_CIDRS = 10;
const isCidr = (text: string) => z.cidrv4().safeParse(text).success || z.cidrv6().safeParse(text).success;
const bypassCidrSchema = z
  .string()
  .refine(isCidr, { error: "expected a network, such as 203.0.113.0/24", abort: true })
  .refine((cidr) => networkOf(cidr) === cidr, {
    error: ({ input }) =>
      `expected a network by its first address and in its shortest form, ${networkOf(String(input))}`,
  })
  .refine((cidr) => !cidr.endsWith("/0"), "expected a network that is not everybody's");
const databaseIdentifier = z.string().min(1).max(63);
const originSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[a-z0-9.-]+(:\d+)?$/i, "expected a host name, as in a Host header")
      .optional()
      .describe(
        "The host that the load balancer is asked for, and has a certificate of, where it is not that of `url`",
      ),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/, "expected the name of a header"), z.string())
      .default({})
      .describe("Headers without which the load balancer or the application answers nobody"),
  })
  .describe(
    "What the load balancer gets from whatever stands in front of it (CloudFront, another proxy), so that probes can ask the same. " +
      "Hosts and headers that listener rules ask for are found without it",
  );

/** What an upgrade does about somebody else's tasks on the target's database. */
const otherWriterMode = z.enum(["refuse", "pause", "ignore"]);
const FAMILY = /^[A-Za-z0-9_-]{1,255}$/;
const otherWritersSchema = z.union([
  otherWriterMode,
  z.strictObject({
    default: otherWriterMode.default("refuse").describe("What holds for families that are not named"),
    families: z
      .record(z.string().regex(FAMILY, "expected the name of a task definition family"), otherWriterMode)
      .default({})
      .describe(
        "What holds for the tasks of one family. A family that is named here is known to write to this database, whoever starts it (a Step Functions state machine, a pipeline, a Lambda function)",
      ),
  }),
]);
export type OtherWriterMode = z.output<typeof otherWriterMode>;

export const targetSchema = z.strictObject({
  app: z.enum([...presetNames, "generic"]).describe("The application, where there is a preset for it (below)"),
  url: z
    .url({ protocol: /^https?$/ })
    .describe(
      "How users reach the application. Its host and its path, before those of the probes, are what probes ask for",
    ),
  origin: originSchema.optional(),
  cluster: z.string().min(1).describe("The ECS cluster, by name or ARN"),
  services: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe("The ECS service"),
        container: z.string().min(1).describe("The container that runs the application's image"),
        ready: z
          .strictObject({
            log: z
              .string()
              .min(1)
              .max(500)
              .describe(
                "A node is ready once this container has written a line that holds this text; `/between slashes/` it is a regular expression. Needs the log driver awslogs",
              ),
          })
          .optional()
          .describe("How a node shows that it works, where no load balancer asks it; where one does, in addition"),
      }),
    )
    .min(1)
    .max(10)
    .describe("Every ECS service on this database. The first is the leader's"),
  database: z
    .union([
      z.literal("none"),
      z.strictObject({ instance: databaseIdentifier.describe("The identifier of an instance that is in no cluster") }),
      z.strictObject({
        cluster: databaseIdentifier.describe("The identifier of an Aurora cluster or of a Multi-AZ DB cluster"),
      }),
    ])
    .describe("The RDS instance or cluster that holds the application's data, or `none`"),
  storage: z
    .enum(["unaffected", "app-restores", "mine"])
    .optional()
    .describe(
      "What going back means for files on shared volumes (EFS, FSx), which no snapshot of the database holds; required where the services mount one. `unaffected`: an upgrade changes no file that the old version needs. `app-restores`: the application puts its files back by itself. `mine`: you back them up before each upgrade, and put them back after a restore; nothing here does",
    ),
  otherWriters: otherWritersSchema
    .default("refuse")
    .describe(
      "Tasks on this database that no service of the target runs: those of EventBridge's rules and schedules, and standalone ones. `refuse`: the upgrade is not begun while there are any. `pause`: rules and schedules are disabled until the end, running tasks are waited for with the site still open. `ignore`: they go on, also while the data is migrated. The application's own task definitions are never ignored",
    ),
  leader: z
    .enum(["task", "service"])
    .default("task")
    .describe(
      "How the node that migrates runs: `task`, standalone, which ECS never starts again; `service`, for applications that need Service Connect or service discovery to migrate, with the weaker guarantee that only the runbook keeps ECS from replacing it",
    ),
  migrate: z
    .strictObject({
      command: z
        .array(z.string().min(1))
        .min(1)
        .describe(
          "Runs once in the leader's container instead of its command, before the leader starts, and must end with 0. An entry point stays before it",
        ),
    })
    .optional()
    .describe(
      "For applications that do not migrate when they start: a command of their own does. Never tried again on the same data",
    ),
  page: pageSchema,
  loadBalancer: z
    .strictObject({
      listeners: z
        .array(
          z
            .string()
            .regex(/^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:\d{12}:listener\/.+$/, "expected the ARN of a listener"),
        )
        .min(1)
        .optional()
        .describe(
          "Every listener that leads to the target, by ARN. They are found without it; with it, one that is not named refuses the operation",
        ),
      movePriorities: z
        .boolean()
        .default(false)
        .describe(
          "Move rules of the listeners, other applications' too, where no priority is free before a rule of the target, and back at the end. Their order never changes. The runbook needs elasticloadbalancing:SetRulePriorities on them",
        ),
      bypassAuthentication: z
        .boolean()
        .default(false)
        .describe(
          "Let requests with the window's secret header past a login at the load balancer (authenticate-oidc, authenticate-cognito, jwt-validation), so that the leader can be verified behind it",
        ),
      bypassCidrs: z
        .array(bypassCidrSchema)
        .max(MOST_BYPASS_CIDRS)
        .default([])
        .describe(
          "Networks from which the application is reached past the page, without the secret header: where people work on it, or test it, inside the window. Besides the header, which the API tells whoever may decide. The runbook must not come from one of them: it would see the application where it proves that everybody sees the page, and would not close",
        ),
    })
    .prefault({})
    .describe("How the window may treat the load balancer's listeners and rules"),
  probes: probesSchema
    .optional()
    .describe("How the application is asked. Each member replaces the preset's; required for `generic`"),
  leaderEnvironment: z
    .record(z.string().min(1), z.string())
    .optional()
    .describe("Environment variables of the node that migrates, besides the preset's and in their place"),
  ...windowSchema,
  plugins: z
    .strictObject({
      expected: z.array(z.string().min(1)).min(1).describe("Names as `probes.inventory` lists them"),
    })
    .optional()
    .describe("What the application must list after an upgrade, besides everything that it listed before"),
  onFailure: onFailureSchema
    .default("hold")
    .describe(
      "What a failure leads to once the new version may have changed the data: `hold` keeps the page up, raises the alarm and waits for a decision; `rollback` restores the database and starts the old version by itself. Data that is verified is never thrown away by itself, and neither are files on shared volumes that are `mine`",
    ),
  approval: z
    .strictObject({
      ask: z
        .enum(["none", "before-window", "before-open"])
        .default("none")
        .describe(
          "When an operation waits for somebody to decide: `before-window`, with the site still open, or `before-open`, with the new version verified and the page still up",
        ),
      approvers: approversSchema
        .default("anyone")
        .describe(
          "Who may decide to go on, and who may throw away what visitors wrote, of those whom `access` lets `decide`: `anyone`, `another` than who started the operation, or one of a list. Going back to the data as it was never needs a second person",
        ),
      within: durationSchema.prefault("1h").describe("How long there is to decide"),
      otherwise: z
        .enum(["cancel", "hold"])
        .default("cancel")
        .describe(
          "What happens when the time is up: `cancel` does what a failure at that moment does, `hold` waits on, with the alarm raised. Before the window nothing is held: the operation goes back",
        ),
    })
    .prefault({}),
  restore: z
    .strictObject({
      mode: restoreModeSchema
        .default("rename")
        .describe(
          "`rename`: the present database is renamed and kept, and the restored one takes its name; `repoint`: the restored one has a name of its own, and the old version gets revisions with its address, which must stand in plain environment variables",
        ),
      fence: z
        .string()
        .regex(/^sg-[a-z0-9-]+$/, "expected the id of a security group")
        .optional()
        .describe(
          "A security group without rules for incoming traffic, in the database's VPC: the present database is put behind it before another takes its place, so that nobody with an old address writes to it. Required for any restore",
        ),
    })
    .prefault({})
    .describe("How a snapshot is put in the place of the present data"),
  snapshot: z
    .strictObject({
      warmUp: z
        .boolean()
        .default(false)
        .describe(
          "Take a snapshot before the window, so that the one inside it is small: RDS snapshots are incremental",
        ),
      keep: z
        .number()
        .int()
        .min(1)
        .max(50)
        .default(5)
        .describe("How many of our snapshots to keep; older ones of succeeded operations are deleted"),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      otherWriters: durationSchema
        .prefault("1h")
        .describe("Until running tasks of others have ended, before the site closes"),
      close: durationSchema.prefault("60s").describe("Until every address of the load balancer answers with the page"),
      stop: durationSchema.prefault("15m").describe("Until every container has ended"),
      snapshot: durationSchema.prefault("2h").describe("Until the snapshot is available"),
      migrate: durationSchema.prefault("30m").describe("Until the leader is ready"),
      scaleOut: durationSchema.prefault("15m").describe("Until every node is healthy"),
      open: durationSchema.prefault("5m").describe("Until the application answers the public"),
      restore: durationSchema
        .prefault("3h")
        .describe("Until a restored database can be used, each time it is waited for"),
      putBack: durationSchema.prefault("30m").describe("Until the old version serves again after a failure"),
    })
    .prefault({})
    .describe("How long each wait of the window may take"),
  access: z
    .strictObject({ github: z.array(githubAccessSchema).default([]), iam: z.array(iamAccessSchema).default([]) })
    .prefault({})
    .describe("Who may do what. Nobody, unless listed"),
  resources: resourcesSchema.optional(),
  frozen: z.string().min(1).optional().describe("Refuses every operation, for the reason given here"),
});

export const configurationSchema = z.strictObject({
  deployment: deploymentSchema.optional(),
  targets: z
    .record(name, targetSchema)
    .refine((targets) => Object.keys(targets).length > 0, "expected at least one target"),
});

export type Target = z.output<typeof targetSchema> & { name: string };
export type Configuration = { targets: Map<string, Target>; deployment?: Deployment };
