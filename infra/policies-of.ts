import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import type { Configuration } from "../src/targets/schema.ts";
import type { Names } from "./names.ts";
import { leavingFailures } from "./own-grants.ts";
import { type FunctionName, functionNames } from "./permissions/grant.ts";
import { permissionsOf } from "./permissions/permissions-of.ts";
import type { PolicyPart } from "./policies.ts";
import type { Queues } from "./queues.ts";

type Props = {
  configuration: Configuration;
  deployment: Deployment;
  names: Names;
  table: Table;
  queues: Queues;
  bus: EventBus;
};

/** What each function may do, in parts: what the configuration leads to, the two grants that targets ask for, and what the wiring needs. */
export function policiesOf(props: Props): Record<FunctionName, PolicyPart[]> {
  const { configuration, deployment, names, table, queues, bus } = props;
  const own = {
    tableArn: table.tableArn,
    streamArn: table.tableStreamArn ?? "",
    runbookFunctionArn: names.functionArn("runbook"),
    runbookAliasArn: names.runbookAliasArn,
    deadLetterQueueArn: queues.endedRuns.queueArn,
    busArn: bus.eventBusArn,
    logGroupArns: Object.fromEntries(
      functionNames.map((name) => [name, `${names.functionLogGroupArn(name)}:*`]),
    ) as Record<FunctionName, string>,
    ...(deployment.encryption && { encryptionKeyArn: deployment.encryption.key }),
  };
  const { optional, ...permissions } = permissionsOf({ configuration, own });
  const failures = leavingFailures({ queueArn: queues.failures.queueArn, deployment });
  const besides: Partial<Record<FunctionName, PolicyPart[]>> = {
    runbook: [
      {
        part: "move-priorities",
        describes: "Lets rules of listeners be moved to make room, for targets that say loadBalancer.movePriorities",
        grants: optional.movePriorities,
      },
      {
        part: "restore-databases",
        describes: "Lets databases be restored from snapshots, for targets that say restore.fence",
        grants: optional.restoreDatabases,
      },
    ],
    "execution-ended": [{ part: "failures", describes: "Leaves what it could not deal with", grants: failures }],
    announce: [{ part: "failures", describes: "Leaves what it could not deal with", grants: failures }],
  };
  return Object.fromEntries(
    functionNames.map((name) => [
      name,
      [
        {
          part: "base",
          describes: `What ${names.function(name)} calls, by intermission.yml`,
          grants: permissions[name],
        },
        ...(besides[name] ?? []),
      ],
    ]),
  ) as Record<FunctionName, PolicyPart[]>;
}
