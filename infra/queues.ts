import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { ENDED_RUNS_TIMEOUT } from "./limits.ts";
import type { Names } from "./names.ts";

export type Queues = {
  /** What started a run that ended without a word, or could not be started: Lambda puts it here. */
  endedRuns: Queue;
  /** What nothing could be done with. People look at it. */
  failures: Queue;
};

/** How often a take-over is tried before people are told. */
const MOST_RECEIVES = 5;

export function queues(scope: Construct, { names, key }: { names: Names; key: IKey | undefined }): Queues {
  const common = {
    retentionPeriod: Duration.days(14),
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(key
      ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key }
      : { encryption: QueueEncryption.SQS_MANAGED }),
  };
  const failures = new Queue(scope, "Failures", { ...common, queueName: names.of("failures") });
  const endedRuns = new Queue(scope, "EndedRuns", {
    ...common,
    queueName: names.of("ended-runs"),
    // Lambda asks for six times the function's time-out, so that a message is not handed out again while it is worked on.
    visibilityTimeout: Duration.seconds(6 * ENDED_RUNS_TIMEOUT.toSeconds()),
    deadLetterQueue: { queue: failures, maxReceiveCount: MOST_RECEIVES },
  });
  return { endedRuns, failures };
}
