import { z } from "zod";
import { procedureNames } from "../operations/operation.ts";
import { IAM_ARN } from "./iam-arn.ts";

const numericId = (of: string) => z.string().regex(/^\d+$/, `expected the numeric id of the ${of}, as a string`);
const iamArn = z
  .string()
  .regex(IAM_ARN, "expected the ARN of an IAM role or user, in full: `*` stands for nothing here");
const patterns = z.array(z.string().min(1)).min(1);

const allow = z
  .array(z.enum(["*", ...procedureNames, "plan", "read", "decide", "restore"]))
  .min(1)
  .describe(
    "What the identity may do: procedures by name, `plan`, `read`, `decide`, `restore` (takes over an operation whose run may be dead, and brings back what was before), or `*` for everything",
  );

/** One GitHub identity: every condition that is given must hold. */
export const githubAccessSchema = z.strictObject({
  repository_id: numericId("repository").describe("The repository's numeric id: names can be taken over by others"),
  repository_owner_id: numericId("owner")
    .optional()
    .describe("The owner's numeric id: ends the access when the repository is transferred to another owner"),
  environment: z
    .string()
    .min(1)
    .optional()
    .describe("The job's environment, so that its protection rules guard the operation"),
  refs: patterns
    .optional()
    .describe("Full refs; `*` stands for any run of characters but `/`, `**` for any characters"),
  ref_protected: z
    .literal(true)
    .optional()
    .describe("Only branches and tags that the repository protects, by a rule or a ruleset"),
  workflow_refs: patterns
    .optional()
    .describe(
      "The workflow files whose jobs may ask (job_workflow_ref), with the same wildcards. Of a reusable workflow this is its own file",
    ),
  caller_workflow_refs: patterns
    .optional()
    .describe(
      "The workflow files that a run may have begun with (workflow_ref), with the same wildcards: who may use a reusable workflow",
    ),
  events: patterns
    .optional()
    .describe(
      "The events that may ask. pull_request and its relatives never may; what strangers can cause in a public repository (workflow_run, issue_comment, issues, discussion, discussion_comment, fork, watch) may only where it is listed here",
    ),
  runner_environment: z
    .enum(["github-hosted", "self-hosted"])
    .optional()
    .describe("Where the job runs: on a self-hosted runner earlier jobs may have left something behind"),
  actor_ids: z
    .array(numericId("account"))
    .min(1)
    .optional()
    .describe(
      "The numeric ids of the accounts that may begin the run. Not proof of a person: whoever repeats a run repeats it in the name of the account that began it",
    ),
  allow,
});

/** One IAM role (any session of it) or user. */
export const iamAccessSchema = z.strictObject({
  role: iamArn.describe(
    "The ARN of the role or user. Sessions of a role are the role, also those of IAM Identity Center (AWSReservedSSO_…)",
  ),
  allow,
});

/** One of those who may approve. Each must be allowed to `decide` by the access rules, too. */
const approverSchema = z.union([
  z.strictObject({
    actor_id: numericId("account").describe("A GitHub account, which began the run that decides by its own hand"),
  }),
  z.strictObject({ role: iamArn.describe("An IAM role or user") }),
  z.strictObject({
    repository_id: numericId("repository").describe("The repository of the environment"),
    environment: z
      .string()
      .min(1)
      .describe(
        "A job in this GitHub environment, whoever started the operation: its required reviewers are the other person, with self-review prevented there",
      ),
  }),
]);

export const approversSchema = z.union([z.enum(["anyone", "another"]), z.array(approverSchema).min(1)]);
export type Approvers = z.output<typeof approversSchema>;
export type Approver = z.output<typeof approverSchema>;

export type GithubAccess = z.output<typeof githubAccessSchema>;
