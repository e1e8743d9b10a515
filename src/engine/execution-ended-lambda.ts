import { LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { callLimits } from "../aws/call-limits.ts";
import { createStarter } from "../aws/starter.ts";
import { executionEnded } from "./execution-ended.ts";
import { realStore } from "./real-store.ts";

const environment = z
  .object({ INTERMISSION_TABLE: z.string().min(1), INTERMISSION_RUNBOOK_FUNCTION: z.string().min(1) })
  .parse(process.env);

const { start } = createStarter({
  lambda: new LambdaClient({ requestHandler: callLimits({ requestTimeoutMs: 5_000 }) }),
  functionName: environment.INTERMISSION_RUNBOOK_FUNCTION,
});

/** Hears of runs that ended without a word: from EventBridge's rule, and from the dead-letter queue of the runbook's function. */
export const handler = executionEnded({
  store: realStore(environment.INTERMISSION_TABLE),
  start,
  log: (line) => console.log(JSON.stringify(line)),
  alarm: (alarm) => console.error(JSON.stringify({ level: "alarm", ...alarm })),
});
