import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAws } from "../../src/aws/aws.ts";
import { createClients } from "../../src/aws/clients.ts";
import { inMemoryWorkflow, type WorkflowJournal } from "../../src/engine/in-memory-workflow.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { runOperation } from "../../src/procedures/run-operation.ts";
import { meter } from "../../test/load/meter.ts";
import { inFastMode } from "../../test/simulation/in-fast-mode.ts";
import { TARGET } from "../../test/simulation/noticeboard-cloud.ts";
import { OPERATION, operator } from "../../test/simulation/operator.ts";
import { upgradeRequest } from "../../test/simulation/run-upgrade.ts";
import { RUNBOOK_ROLE, type SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";
import { type CallTimes, configWithCallTimes } from "./call-times.ts";
import { metered, unused } from "./metered-workflow.ts";
import type { RunnerOutcome } from "./outcome.ts";

/** A request of the runbook through the load balancer, there and back. Assumed, in the same region. */
const PROBE_MS = 20;

/** The production code's upgrade, with calls, probes and checkpoints that take their time. */
export async function runOurs(cloud: SimulatedCloud, times: CallTimes): Promise<RunnerOutcome> {
  const {
    world: { clock, region },
    configuration,
    store,
    runbook,
  } = cloud;
  const request = upgradeRequest();
  const created = await store.create({
    id: OPERATION,
    target: TARGET,
    request,
    requestedBy: operator,
    configuration: configuration.targets.get(TARGET),
    idempotencyKey: "bench",
  });
  if (created.outcome !== "created") throw new Error(`expected a new operation, found ${created.outcome}`);

  const config = configWithCallTimes(cloud, RUNBOOK_ROLE, times);
  const dynamo = inFastMode(new DynamoDBClient(config), region);
  const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const world = {
    ...runbook,
    aws: createAws({
      clients: createClients(config),
      fetch: () => Promise.reject(new Error("there is no internet in a simulation")),
    }),
    store: createDynamoStore({ client, table: "intermission", clock }),
    http: async (asked: Parameters<typeof runbook.http>[0]) => {
      await clock.sleep(PROBE_MS);
      return runbook.http(asked);
    },
  };
  const use = unused();
  const journal: WorkflowJournal = new Map();
  const workflow = metered(inMemoryWorkflow({ clock, journal }), clock, use);
  const beganAt = clock.now();
  const { result: ending, cost } = await meter(client).since(() =>
    runOperation({ world, workflow, operationId: OPERATION }),
  );
  const tookMs = clock.now() - beganAt;
  return {
    failure: ending.status === "succeeded" ? undefined : `${ending.status}: ${JSON.stringify(ending)}`,
    tookMs,
    engine: {
      operations: use.operations,
      invocations: use.suspensions + 1,
      activeMs: tookMs - use.suspendedMs,
      tookMs,
      bytesWritten: [...journal].reduce((sum, [path, value]) => sum + path.length + value.length, 0),
      dynamo: cost,
    },
  };
}
