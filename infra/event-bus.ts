import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { FilterCriteria, FilterRule, type Function as LambdaFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type FunctionWorld, lambdaFunction } from "./functions.ts";
import { ANNOUNCE_TIMEOUT } from "./limits.ts";
import type { Names } from "./names.ts";
import type { PolicyPart } from "./policies.ts";

/** Where operations are heard of. It has no policy: only this account's roles that may put events do. */
export const eventBus = (scope: Construct, names: Names): EventBus =>
  new EventBus(scope, "Bus", {
    eventBusName: names.bus,
    description: "What operations do: intermission.operation.*",
  });

type Props = { table: Table; bus: EventBus; failures: IQueue; policies: PolicyPart[] };

/** Tells the bus of each event that is written to an operation's log. */
export function announce(
  scope: Construct,
  world: FunctionWorld,
  { table, bus, failures, policies }: Props,
): LambdaFunction {
  const announces = lambdaFunction(scope, world, {
    name: "announce",
    description: "Tells the event bus what operations do",
    timeout: ANNOUNCE_TIMEOUT,
    memoryMb: 256,
    environment: { INTERMISSION_BUS: bus.eventBusName },
    policies,
  });
  announces.addEventSource(
    new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // What follows in its shard waits for an event that cannot be told, so it is given up before the stream forgets it, after a day.
      retryAttempts: 20,
      maxRecordAge: Duration.hours(1),
      onFailure: new SqsDlq(failures),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual("INSERT"),
          dynamodb: { Keys: { sk: { S: FilterRule.beginsWith("event#") } } },
        }),
      ],
    }),
  );
  return announces;
}
