import { z } from "zod";
import { WINDOWS_AT_ONCE } from "../operations/windows-at-once.ts";
import { arnSchema } from "./arn.ts";
import { durationSchema } from "./duration.ts";

/** CloudWatch Logs takes no other numbers. */
const RETENTIONS = [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

const network = z
  .strictObject({
    vpc: z
      .string()
      .regex(/^vpc-[0-9a-f]+$/, "expected the id of a VPC")
      .describe("The VPC"),
    subnets: z
      .array(z.string().regex(/^subnet-[0-9a-f]+$/, "expected the id of a subnet"))
      .min(1)
      .describe("Private subnets; two, in different zones, outlive a zone"),
    availabilityZones: z.array(z.string()).min(1).describe("The zones of the subnets, in their order"),
    securityGroups: z
      .array(z.string().regex(/^sg-[0-9a-f]+$/, "expected the id of a security group"))
      .min(1)
      .describe("The two functions' security groups: the load balancer must let them in"),
    endpoints: z
      .boolean()
      .default(false)
      .describe(
        "Make VPC endpoints for the AWS services that are called, for these functions alone: nothing else in the VPC is led to them. Without them the subnets need a NAT gateway; for GitHub's keys they need a way to `github.issuer` all the same",
      ),
  })
  .describe(
    "Where the API and the runbook run if the load balancer is private; the other functions speak to AWS alone. Without it all run outside any VPC",
  );

/** How Intermission itself is deployed. The functions never look at it. */
export const deploymentSchema = z
  .strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/, "expected an AWS account's 12 digits, as a string")
      .describe("The AWS account of all targets of this file, and of Intermission"),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected an AWS region")
      .describe("Their region"),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/, "expected up to 31 lower-case letters, digits and hyphens")
      .default("intermission")
      .describe("Of the stack, and what every name in it begins with: another for a second deployment in one account"),
    github: z
      .strictObject({
        issuer: z
          .url({ protocol: /^https$/ })
          .default("https://token.actions.githubusercontent.com")
          .describe("Whose tokens are accepted; `https://HOST/_services/token` for GitHub Enterprise Server"),
        audience: z.string().min(1).default("intermission").describe("For whom the tokens must be"),
        jwtAuthorizer: z
          .boolean()
          .default(false)
          .describe(
            "Let API Gateway verify the tokens as well, before the function does: strangers then cost no invocation. It needs an issuer that AWS can reach",
          ),
      })
      .prefault({})
      .describe("The way in for GitHub's jobs"),
    network: network.optional(),
    encryption: z
      .strictObject({
        key: arnSchema("kms", /key\/.+/, "a KMS key").describe(
          "Its policy must let this account's IAM decide, and some services use it as themselves: `npm run synth` prints those statements",
        ),
      })
      .optional()
      .describe("A key of your own for the table, the queues, the logs and the topic, in the place of AWS's"),
    permissionsBoundary: arnSchema("iam", /policy\/.+/, "an IAM policy")
      .optional()
      .describe("The permissions boundary that every role of the deployment has, where your organisation asks for one"),
    logRetentionDays: z
      .union(RETENTIONS.map((days) => z.literal(days)))
      .default(365)
      .describe("How long the functions' and the APIs' logs are kept: the audit trail is in them"),
    throttle: z
      .strictObject({
        requestsPerSecond: z.number().int().min(1).max(1_000).default(50),
        burst: z.number().int().min(1).max(2_000).default(100),
      })
      .prefault({})
      .describe("What each of the two HTTP APIs takes"),
    windowsAtOnce: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(WINDOWS_AT_ONCE)
      .describe(
        "How many operations may be under way at once. AWS takes only so many calls a second from an account: with more, every window gets longer. Further ones wait for their turn with their sites open, in the order of the requests; a rollback never waits",
      ),
    notify: z
      .strictObject({
        topic: arnSchema("sns", /[A-Za-z0-9_-]+/, "an SNS topic")
          .optional()
          .describe("One that exists"),
        emails: z.array(z.email()).default([]).describe("Who is written to by a topic that is made"),
      })
      .optional()
      .describe("Who is told of alarms: a topic that exists, or a new one"),
    alarms: z
      .strictObject({
        longestWindow: durationSchema
          .prefault("2h")
          .describe("How long the page may be up before the alarm is raised, where a request names no `mustOpenBy`"),
        longestWait: durationSchema.prefault("1h").describe("How long an operation may wait for people before it"),
      })
      .prefault({}),
    tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}).describe("On everything in the stack"),
  })
  .describe("How Intermission itself is deployed (`npm run deploy`). An operation never looks at it");
export type Deployment = z.output<typeof deploymentSchema>;
