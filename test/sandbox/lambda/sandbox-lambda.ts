import { DurableExecutionApiClient } from "@aws/durable-execution-sdk-js";
import * as sdk from "@aws-sdk/client-lambda";
import { systemClock } from "../../../src/clock.ts";
import { createStreams } from "../../../src/sandbox/cloud/dynamodb/streams.ts";
import { createEventLog } from "../../../src/sandbox/cloud/event-log.ts";
import type { FunctionDefinition } from "../../../src/sandbox/cloud/lambda/functions.ts";
import { createLambda } from "../../../src/sandbox/cloud/lambda/lambda.ts";
import { latenciesSchema, switchesSchema } from "../../../src/sandbox/cloud/settings.ts";
import { createIds, createTimers, type World } from "../../../src/sandbox/cloud/world.ts";
import { type SimulatedFunction, simulatedFunctions } from "../../../src/sandbox/substrate/simulated/functions.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";

export const createWorld = (): World => ({
  account: "111122223333",
  region: "eu-central-1",
  clock: systemClock,
  timers: createTimers(),
  ids: createIds(1),
  log: createEventLog(systemClock),
  latencies: latenciesSchema.parse({}),
  switches: switchesSchema.parse({}),
});

export const service = describeService(sdk, sdk.LambdaClient);

export const runbook: FunctionDefinition = {
  functionName: "runbook",
  bundle: "none",
  handler: "handler",
  environment: {},
  timeoutMs: 120_000,
  memoryMb: 512,
  aliases: ["live"],
  durableConfig: { executionTimeoutSeconds: 7 * 86_400, retentionPeriodInDays: 14 },
};

/** The sandbox's Lambda with functions in this process, and a client that reaches it as any client does but without sockets. */
export function sandboxLambda(code: Record<string, SimulatedFunction>, definitions: FunctionDefinition[] = [runbook]) {
  const world = createWorld();
  const streams = createStreams(world);
  const lambda = createLambda(world, {
    functions: simulatedFunctions(world, code, () => new DurableExecutionApiClient(client)),
    streams,
  });
  for (const definition of definitions) lambda.define(definition);
  const client = new sdk.LambdaClient({
    endpoint: "http://sandbox",
    region: world.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: inProcess(createEndpoint({ mounts: [{ service, handlers: lambda.handlers }] })),
  });
  const ended = (executionArn: string) =>
    new Promise<string>((resolve) => {
      const now = lambda.state().executions.find(({ arn }) => arn === executionArn)?.status;
      if (now && now !== "RUNNING") return resolve(now);
      const stop = lambda.onExecutionStatus(({ durableExecutionArn, status }) => {
        if (durableExecutionArn !== executionArn || status === "RUNNING") return;
        stop();
        resolve(status);
      });
    });
  return { world, lambda, streams, client, ended };
}
