import { type Context, Hono } from "hono";
import { findings } from "../../targets/findings.ts";
import type { EventLog } from "../cloud/event-log.ts";
import { type Faults, faultRuleSchema } from "../cloud/faults.ts";
import {
  type DisturbRequest,
  disturbSchema,
  eventsParameters,
  type KillRequest,
  killSchema,
  type MeasureRequest,
  measureSchema,
} from "./control-schema.ts";
import { ndjson } from "./ndjson.ts";
import { NothingToKill } from "./nothing-to-kill.ts";
import { problem, problemOf } from "./problem.ts";

export type ControlOptions = {
  log: EventLog;
  /** Everything that the simulated services hold, by service. */
  state: () => unknown;
  faults: Faults;
  /** Ends a process as SIGKILL does. Throws NothingToKill. */
  kill: (what: KillRequest) => Promise<void>;
  /** Lets something happen to a database that nobody asked for. Throws where that cannot happen to it. */
  disturb: (what: DisturbRequest) => void;
  /** Sets a metric of CloudWatch. */
  measure: (what: MeasureRequest) => void;
};

/** The sandbox's own hand: what AWS has no call for. Nothing that is under test may use it. */
export function createControl({ log, state, faults, kill, disturb, measure }: ControlOptions): {
  fetch: (request: Request) => Response | Promise<Response>;
} {
  const app = new Hono();

  app.get("/health", (c) => c.json({ status: "ok" }));

  app.get("/state", (c) => c.json(state() as object));

  app.get("/events", (c) => {
    const given = c.req.query();
    const wrong = findings(eventsParameters, given);
    if (wrong.length > 0) return problemOf(wrong);
    const { after, follow } = eventsParameters.parse(given);
    return new Response(ndjson(log, { after, follow, signal: c.req.raw.signal }), {
      headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
    });
  });

  app.get("/faults", (c) => c.json({ pending: faults.pending() }));

  app.post("/faults", async (c) => {
    const body = await readJson(c);
    if (body instanceof Response) return body;
    const wrong = findings(faultRuleSchema, body);
    if (wrong.length > 0) return problemOf(wrong);
    try {
      faults.add(faultRuleSchema.parse(body));
    } catch (error) {
      return problem(400, { title: "This fault cannot be injected", detail: (error as Error).message });
    }
    return c.json({ pending: faults.pending() }, 201);
  });

  app.delete("/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });

  app.post("/kill", async (c) => {
    const body = await readJson(c);
    if (body instanceof Response) return body;
    const wrong = findings(killSchema, body);
    if (wrong.length > 0) return problemOf(wrong);
    try {
      await kill(killSchema.parse(body));
    } catch (error) {
      if (!(error instanceof NothingToKill)) throw error;
      return problem(404, { title: "Nothing to kill", detail: error.message });
    }
    return c.body(null, 204);
  });

  app.post("/databases", async (c) => {
    const body = await readJson(c);
    if (body instanceof Response) return body;
    const wrong = findings(disturbSchema, body);
    if (wrong.length > 0) return problemOf(wrong);
    try {
      disturb(disturbSchema.parse(body));
    } catch (error) {
      return problem(409, { title: "This cannot happen to the database", detail: (error as Error).message });
    }
    return c.body(null, 204);
  });

  app.post("/metrics", async (c) => {
    const body = await readJson(c);
    if (body instanceof Response) return body;
    const wrong = findings(measureSchema, body);
    if (wrong.length > 0) return problemOf(wrong);
    measure(measureSchema.parse(body));
    return c.body(null, 204);
  });

  app.notFound((c) =>
    problem(404, {
      title: "No such path",
      detail: `${c.req.method} ${c.req.path}: expected GET /health, /state, /events?after=SEQ&follow=1, GET, POST or DELETE /faults, POST /kill, POST /databases, or POST /metrics`,
    }),
  );
  app.onError((error) => problem(500, { title: "The sandbox failed", detail: error.stack ?? error.message }));
  return { fetch: (request) => app.fetch(request) };
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return problem(400, { title: "This is no JSON", detail: "expected a body of JSON" });
  }
}
