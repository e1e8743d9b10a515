import type { OperationState } from "../operations/state.ts";
import type { Client } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import { type ApiProblem, ApiRefusal } from "./errors.ts";

/** Another operation is active on the target. */
export class TargetTaken extends Error {
  override readonly name = "TargetTaken";
}

const PATIENCE_MS = 3_000;

/** The API's refusal as what it means here. A 409 says who holds the target, and since when. */
export async function refusalInWords(
  thrown: unknown,
  { target, client, deps }: { target: string; client: Client; deps: ActionDeps },
): Promise<Error> {
  if (!(thrown instanceof ApiRefusal)) return thrown instanceof Error ? thrown : new Error(String(thrown));
  if (thrown.status === 409) {
    const id = holderId(thrown.problem);
    const holder = id === undefined ? undefined : await look(id, { client, deps });
    const reason = thrown.problem.detail ?? thrown.problem.title ?? "no reason given";
    return new TargetTaken(
      `${target} is taken: ${holder ? inWords(holder, deps.run.serverUrl) : reason}. Only one operation at a time works on a target.`,
    );
  }
  if (thrown.status === 401 || thrown.status === 403)
    return new Error(
      `${thrown.message}. Whom the API lets do what is under access.github of the target in intermission.yml`,
    );
  return thrown;
}

function inWords({ id, request, status, requestedBy, requestedAt }: OperationState, serverUrl: string): string {
  const { repository, run_id: runId } = requestedBy.details;
  const where = repository && runId ? `, see ${serverUrl}/${repository}/actions/runs/${runId}` : "";
  return `${requestedBy.name} holds it since ${requestedAt} with operation ${id} (${request.procedure} to ${request.image}, ${status}${where})`;
}

function holderId({ holder, instance }: ApiProblem): string | undefined {
  if (typeof holder === "string") return holder;
  if (typeof holder === "object" && holder !== null && "id" in holder && typeof holder.id === "string")
    return holder.id;
  return instance?.match(/\/operations\/([^/?#]+)/)?.[1];
}

/** Undefined where it may not be read: a caller of one target need not be one of every operation. */
async function look(
  id: string,
  { client, deps }: { client: Client; deps: ActionDeps },
): Promise<OperationState | undefined> {
  const { clock, random, interruption: signal } = deps;
  const nothing = () => {};
  try {
    return await client.operation(id, {
      clock,
      random,
      signal,
      until: clock.now() + PATIENCE_MS,
      onTrouble: nothing,
      onAnswer: nothing,
    });
  } catch {
    return undefined;
  }
}
