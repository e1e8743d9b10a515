import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { namesOf } from "./names.ts";
import { partitionOf } from "./permissions/names.ts";

/** The customer's key, where one is given. */
export function customerKey(scope: Construct, { encryption }: Deployment): IKey | undefined {
  return encryption && Key.fromKeyArn(scope, "CustomerKey", encryption.key);
}

/**
 * A key for a topic of alarms. CloudWatch calls KMS as itself when an alarm publishes, which the key that AWS manages for SNS does not
 * allow: the alarm would be raised, and nobody told.
 */
export function topicKey(scope: Construct, { name }: Deployment): Key {
  const key = new Key(scope, "TopicKey", {
    description: `Encrypts the alarms of ${name} on their way through its topic`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(7),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "AlarmsPublish",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      resources: ["*"],
    }),
  );
  return key;
}

/** What the policy of a customer's key must allow besides the account's IAM: services that use it as themselves. `resources` is the key. */
export function keyPolicyStatements({ name, account, region }: Deployment): object[] {
  const logGroups = `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:`;
  const allow = (sid: string, service: string, actions: string[]) => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: actions,
    Resource: "*",
  });
  return [
    {
      ...allow("LogGroups", `logs.${region}.amazonaws.com`, [
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
      ]),
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": [
            `${logGroups}/aws/lambda/${name}-*`,
            `${logGroups}${namesOf({ name, account, region })
              .accessLogGroup("github")
              .replace(/github$/, "*")}`,
          ],
        },
      },
    },
    allow("AlarmsPublish", "cloudwatch.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"]),
    allow("EventsThatCouldNotBeDelivered", "events.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
