import type { OperationState } from "../../operations/state.ts";
import { decisionBody, type Way, waysOn } from "../../operations/ways-on.ts";
import { code, plain, table } from "../markdown.ts";
import { timeInWords } from "./times.ts";

/** An API older than this action does not say what can be decided. */
export const waysOf = (operation: OperationState & { decisions?: Way[] }): Way[] =>
  operation.decisions ?? waysOn(operation);

/** What people can answer, where the operation waits for them or is held: each decision with what comes of it. */
export function asked(operation: OperationState): string {
  const isAsked =
    operation.status === "held" || (operation.status === "waiting" && operation.waitingFor?.for !== "start");
  const ways = isAsked ? waysOf(operation) : [];
  if (ways.length === 0) return "";
  const row = (way: Way) => [code(way.decision), plain(way.does), lost(way), code(decisionBody(way))];
  return `### What can be decided\n\n${table(["Decision", "What it does", "What is lost", "Body for the API"], ways.map(row))}`;
}

const lost = ({ discards }: Way): string =>
  discards ? `what was written since ${timeInWords(discards.from)}` : "nothing that visitors wrote";
