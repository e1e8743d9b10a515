import { z } from "zod";
import { procedureNames } from "../operations/operation.ts";

const allow = z
  .array(z.enum(["*", ...procedureNames, "plan", "read", "decide", "restore"]))
  .min(1)
  .describe(
    "What the identity may do: procedures by name, `plan`, `read`, `decide`, `restore` (takes over an operation whose run may be dead, and brings back what was before), or `*` for everything",
  );

/** One GitHub identity: every condition that is given must hold. */
export const githubAccessSchema = z.strictObject({
  repository_id: z
    .string()
    .regex(/^\d+$/, "expected the numeric id of the repository, as a string")
    .describe("The repository's numeric id: names can be taken over by others"),
  repository_owner_id: z.string().regex(/^\d+$/).optional().describe("The owner's numeric id"),
  environment: z
    .string()
    .optional()
    .describe("The job's environment, so that its protection rules guard the operation"),
  refs: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Full refs; `*` stands for any run of characters but `/`, `**` for any characters"),
  workflow_refs: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("The workflow files that may ask (job_workflow_ref), with the same wildcards"),
  events: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("The events that may ask. pull_request and its relatives never may"),
  allow,
});

/** One IAM role (any session of it) or user. */
export const iamAccessSchema = z.strictObject({
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/, "expected the ARN of an IAM role or user")
    .describe("The ARN of the role or user"),
  allow,
});

export type GithubAccess = z.output<typeof githubAccessSchema>;
