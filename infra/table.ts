import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { tableDefinition, timeToLiveAttribute } from "../src/operations/dynamo-table.ts";

/**
 * The operations, their journals and the locks. The journal is what leads back from a window, so nothing deletes the table: neither a
 * deletion of the stack nor a deployment that replaces it. Its name is made by CloudFormation, so that a first deployment that failed, which
 * leaves an empty table behind, does not stand in the way of the next.
 */
export function operationsTable(scope: Construct, key: IKey | undefined): Table {
  const [partitionKey, sortKey] = (tableDefinition("").KeySchema ?? []).map(({ AttributeName: name = "" }) => ({
    name,
    type: AttributeType.STRING,
  }));
  if (!partitionKey) throw new Error("expected a partition key in the definition of the table");
  return new Table(scope, "Table", {
    partitionKey,
    sortKey,
    timeToLiveAttribute,
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
      : { encryption: TableEncryption.AWS_MANAGED }),
  });
}
