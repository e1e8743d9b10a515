import { wordsFor } from "../operations/request-words.ts";
import type { OperationState } from "../operations/state.ts";
import type { Client } from "./client.ts";
import type { ActionDeps } from "./deps.ts";
import { ApiRefusal } from "./errors.ts";

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
  if (thrown.problem.code === "target-locked") {
    const { holder, detail } = thrown.problem;
    const operation = holder && (await look(holder.id, { client, deps }));
    const by = operation ? inWords(operation, deps.run.serverUrl) : (detail ?? "the API does not say by whom");
    return new TargetTaken(`${target} is taken: ${sentence(by)} One operation at a time works on a target.`);
  }
  if (thrown.problem.code === "confirm-discard" && thrown.problem.discards) {
    const { detail, discards } = thrown.problem;
    return new Error(
      `${detail ?? "What visitors wrote would be thrown away."} Where these writes may be lost, give the input discards-from: "${discards.from}"`,
    );
  }
  if (thrown.problem.code === "confirm-data")
    return new Error(`${thrown.problem.detail} Where it may, give the input data: as-it-is`);
  return thrown;
}

function inWords({ id, request, status, requestedBy, requestedAt }: OperationState, serverUrl: string): string {
  const { repository, run_id: runId } = requestedBy.details;
  const where = repository && runId ? `, see ${serverUrl}/${repository}/actions/runs/${runId}` : "";
  return `${requestedBy.name} holds it since ${requestedAt} with operation ${id} (${wordsFor(request)}, ${status}${where})`;
}

const sentence = (text: string) => (text.endsWith(".") ? text : `${text}.`);

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
