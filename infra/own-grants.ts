import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Grant } from "./permissions/grant.ts";
import { partitionOf } from "./permissions/names.ts";

type Failures = { queueArn: string; deployment: Deployment };

/** What the stack's own wiring needs besides what a function itself calls: Lambda leaves what came to nothing in the function's name. */
export function leavingFailures({ queueArn, deployment: { encryption, region } }: Failures): Grant[] {
  const suffix = partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return [
    {
      sid: "LeaveFailures",
      why: "Lambda leaves there what the function could not deal with, in the name of the function",
      actions: ["sqs:SendMessage"],
      resources: [queueArn],
    },
    ...(encryption
      ? [
          {
            sid: "LeaveFailuresEncrypted",
            why: "That queue is encrypted with `deployment.encryption.key`",
            actions: ["kms:Decrypt", "kms:GenerateDataKey"],
            resources: [encryption.key],
            conditions: { StringEquals: { "kms:ViaService": `sqs.${region}.${suffix}` } },
          },
        ]
      : []),
  ];
}
