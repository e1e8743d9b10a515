import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { topicKey } from "./encryption.ts";
import type { Names } from "./names.ts";
import { partitionOf } from "./permissions/names.ts";

type TopicProps = { deployment: Deployment; names: Names; key: IKey | undefined };

/** Who is told of alarms: the topic that exists, or a new one to which nothing but this account's alarms may publish. */
export function alarmTopic(scope: Construct, { deployment, names, key }: TopicProps): ITopic | undefined {
  const { notify, account, region } = deployment;
  if (!notify) return undefined;
  if (notify.topic) return Topic.fromTopicArn(scope, "GivenTopic", notify.topic);
  const topic = new Topic(scope, "Topic", {
    topicName: names.of("alarms"),
    displayName: `Alarms of ${names.stack}`,
    masterKey: key ?? topicKey(scope, deployment),
    enforceSSL: true,
  });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "AlarmsOfThisAccount",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: {
          "aws:SourceArn": `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${names.of("*")}`,
        },
      },
    }),
  );
  for (const email of notify.emails) topic.addSubscription(new EmailSubscription(email));
  return topic;
}
