import type { Grant, OwnResources } from "./grant.ts";
import type { Names } from "./names.ts";

/** Everything that is known of operations is in one table. Nothing is ever deleted from it: what expires DynamoDB removes by itself. */
export const memory = (own: OwnResources): Grant[] => [
  {
    sid: "RememberOperations",
    why: "Operations, their logs and journals, and the lock of each target",
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    resources: [own.tableArn],
  },
];

/** For what looks, and finishes writing down what a request began. */
export const memoryToFinish = (own: OwnResources): Grant[] => [
  {
    sid: "ReadOperations",
    why: "Which operations are active, and since when; one that was only begun to be written is written to its end",
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
    resources: [own.tableArn],
  },
];

/** A key of one's own (`deployment.encryption`) is used in the name of the caller by the services that hold the data. */
export const encryption = (names: Names, own: OwnResources, services: ("dynamodb" | "sqs")[]): Grant[] =>
  own.encryptionKeyArn === undefined
    ? []
    : [
        {
          sid: "UseOwnKey",
          why: `What ${services.map((service) => IN_WORDS[service]).join(" and ")} encrypted with \`deployment.encryption.key\``,
          actions: [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ],
          resources: [own.encryptionKeyArn],
          conditions: {
            StringEquals: {
              "kms:ViaService": services.map((service) => `${service}.${names.region}.${suffixOf(names)}`),
            },
          },
        },
      ];

const IN_WORDS = { dynamodb: "the table has", sqs: "the dead-letter queue has" };
const suffixOf = ({ partition }: Names) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");
