import { arn } from "../../world.ts";
import type { DemandMap } from "../demand.ts";
import type { Known } from "../known.ts";

/** What a call names; the service reads everything else for itself. */
type Input = { TableName?: string; IndexName?: string };

/** DynamoDB, on one table or on an index of it. Operations on several tables at once are not here, since nothing makes them. */
export function dynamoDbDemands({ world }: Known): DemandMap {
  const on =
    (operation: string) =>
    ({ TableName = "", IndexName }: Input) => {
      const table = TableName.startsWith("arn:") ? TableName : arn(world, "dynamodb", `table/${TableName}`);
      return [{ action: `dynamodb:${operation}`, resource: IndexName ? `${table}/index/${IndexName}` : table }];
    };
  const operations = [
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "DescribeTable",
    "DescribeTimeToLive",
    "DescribeContinuousBackups",
    "CreateTable",
    "UpdateTable",
    "UpdateTimeToLive",
    "DeleteTable",
  ];
  return {
    ...Object.fromEntries(operations.map((name) => [name, on(name)])),
    ListTables: () => [{ action: "dynamodb:ListTables", resource: "*" }],
  };
}
