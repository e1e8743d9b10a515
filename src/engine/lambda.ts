import { z } from "zod";
import { createAws } from "../aws/aws.ts";
import { createClients } from "../aws/clients.ts";
import { createPace } from "../aws/pace.ts";
import { systemClock } from "../clock.ts";
import { WINDOWS_AT_ONCE } from "../operations/windows-at-once.ts";
import { runOperation } from "../procedures/run-operation.ts";
import { httpRequest, resolveName } from "../targets/http.ts";
import { durableRunbook } from "./durable-handler.ts";
import { createInvocations } from "./invocations.ts";
import { realStore } from "./real-store.ts";

const environment = z
  .object({
    INTERMISSION_TABLE: z.string().min(1),
    INTERMISSION_WINDOWS_AT_ONCE: z.coerce.number().int().min(1).default(WINDOWS_AT_ONCE),
  })
  .parse(process.env);

/** Shorter than the look at who is in charge may be old, and than Lambda takes to put another process into the place of one. */
const LONGEST_PAUSE_MS = 8_000;

const pace = createPace();
const invocations = createInvocations({ longestPauseMs: LONGEST_PAUSE_MS });
const world = {
  aws: createAws({ clients: createClients({ pace, mayAct: invocations.mayAct }), fetch, pace }),
  store: realStore(environment.INTERMISSION_TABLE),
  http: httpRequest,
  resolveName,
  clock: systemClock,
  windowsAtOnce: environment.INTERMISSION_WINDOWS_AT_ONCE,
  alarm: (alarm: object) => console.error(JSON.stringify({ level: "alarm", ...alarm })),
};

/** The runbook's durable function. */
export const handler = durableRunbook((workflow, { operationId, epoch }) =>
  invocations.run(() => runOperation({ world, workflow, operationId, epoch })),
);
