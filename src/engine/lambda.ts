import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { createAws } from "../aws/aws.ts";
import { callLimits } from "../aws/call-limits.ts";
import { createClients } from "../aws/clients.ts";
import { systemClock } from "../clock.ts";
import { createDynamoStore } from "../operations/dynamo-store.ts";
import { runOperation } from "../procedures/run-operation.ts";
import { httpRequest, resolveName } from "../targets/http.ts";
import { durableRunbook } from "./durable-handler.ts";

const environment = z.object({ INTERMISSION_TABLE: z.string().min(1) }).parse(process.env);

const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({ requestHandler: callLimits({ requestTimeoutMs: 5_000 }) }),
  {
    marshallOptions: { removeUndefinedValues: true },
  },
);
const world = {
  aws: createAws({ clients: createClients(), fetch }),
  store: createDynamoStore({ client, table: environment.INTERMISSION_TABLE, clock: systemClock }),
  http: httpRequest,
  resolveName,
  clock: systemClock,
  alarm: (alarm: object) => console.error(JSON.stringify({ level: "alarm", ...alarm })),
};

/** The runbook's durable function. */
export const handler = durableRunbook((workflow, { operationId }) => runOperation({ world, workflow, operationId }));
