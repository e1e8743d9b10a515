import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import { callLimits } from "../aws/call-limits.ts";
import { createEventBus } from "../aws/event-bus.ts";
import { announce } from "./announce.ts";

const environment = z.object({ INTERMISSION_BUS: z.string().min(1) }).parse(process.env);

const client = new EventBridgeClient({ maxAttempts: 3, requestHandler: callLimits({ requestTimeoutMs: 5_000 }) });

/** Reads the table's stream, and tells the bus. */
export const handler = announce({
  bus: createEventBus(client, environment.INTERMISSION_BUS),
  log: (line) => console.error(JSON.stringify(line)),
});
