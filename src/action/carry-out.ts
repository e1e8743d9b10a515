import { announce } from "./announce.ts";
import { isOver } from "./answered.ts";
import { decideAndStay, takeOverAndStay } from "./decide.ts";
import { follows, type Job, PATIENCE_MS, patience } from "./job.ts";
import type { Outcome } from "./outcome.ts";
import { over, stay } from "./stay.ts";

/** Does what the step was asked to do. Throws what stops it half-way. */
export async function carryOut(job: Job): Promise<Outcome> {
  const { inputs, deps, client } = job;
  const { work, target } = inputs;
  switch (work.do) {
    case "plan": {
      const { request } = work;
      return { kind: "planned", plan: await client.plan({ target, request }, patience(job, PATIENCE_MS)) };
    }
    case "start": {
      const { request, idempotencyKey } = work;
      const onSend = () => deps.core.saveState("startRequested", "true");
      const start = { target, request, idempotencyKey, onSend };
      const operation = await client.start(start, patience(job, PATIENCE_MS));
      follows(operation, job);
      announce(operation, { inputs, deps, isNew: true });
      return inputs.until === "accepted" ? { kind: "left", operation } : stay(operation, job);
    }
    case "status": {
      const operation = await client.operation(work.operationId, patience(job, PATIENCE_MS));
      if (operation.target !== target)
        throw new Error(`operation ${operation.id} works on ${operation.target}, expected one of ${target}`);
      follows(operation, job);
      announce(operation, { inputs, deps });
      if (inputs.until !== "accepted") return stay(operation, job);
      return isOver(operation) ? over(operation, job) : { kind: "left", operation };
    }
    case "decide":
      return decideAndStay(work, job);
    case "restore":
      return takeOverAndStay(work, job);
  }
}
