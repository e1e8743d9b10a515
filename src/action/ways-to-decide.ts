import { decisionBody, NOTHING_TO_DECIDE, type Way, waysOn } from "../operations/ways-on.ts";
import type { Answered } from "./answered.ts";

/** What can be decided now, each answer with what it leads to. */
export function waysToDecide(operation: Answered, operationUrl: string | undefined): string[] {
  const url = operationUrl ?? `/v1/operations/${operation.id}`;
  const ways = waysOf(operation);
  if (ways.length === 0) return operation.status === "held" ? [`${NOTHING_TO_DECIDE}.`] : [];
  return [
    ...(operation.waitingFor?.for === "turn" ? ["It begins when its turn has come."] : []),
    ...(operation.waitingFor?.for === "start" ? [`It begins at ${operation.waitingFor.until}.`] : []),
    `Decide with a step of procedure: decide and operation-id: ${operation.id}, or with POST ${url}/decisions and one of these bodies, with a "comment" where you like`,
    ...ways.map((way) => `${decisionBody(way)}: ${way.does}${way.by ? `; only by ${way.by}` : ""}`),
  ];
}

/** An API older than this action does not say what can be decided. */
export const waysOf = (operation: Answered): Way[] => operation.decisions ?? waysOn(operation);
