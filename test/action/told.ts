import type { OperationEvent } from "../../src/operations/event.ts";
import { fold, type OperationState } from "../../src/operations/state.ts";
import { operationId, type Script } from "./fake-api.ts";
import { image } from "./scripts.ts";

/** The state after a script, as if the operation had been asked for at two in the night. */
export function told(script: Script): OperationState {
  const begin = Date.parse("2026-01-15T02:00:00.000Z");
  const requestedBy = { kind: "github" as const, id: "github:repository:123456", name: "octo/crm (ada)", details: {} };
  const request = { procedure: "upgrade" as const, image, snapshot: "required" as const };
  const requested: Script[number] = [0, { type: "requested", target: "crm-production", request, requestedBy }];
  const events = [requested, ...script].map(
    ([seconds, fact], index) =>
      ({
        ...fact,
        seq: index + 1,
        key: `${index}`,
        at: new Date(begin + seconds * 1_000).toISOString(),
      }) as OperationEvent,
  );
  const state = fold(operationId, events);
  if (!state) throw new Error("expected a script to give a state");
  return state;
}
