import { decisionBody, type Way } from "../../operations/ways-on.ts";
import { type Answered, questionOf } from "../answered.ts";
import { code, plain, table } from "../markdown.ts";
import { waysOf } from "../ways-to-decide.ts";
import { timeInWords } from "./times.ts";

/** What people can answer, where the operation waits for them or is held: each decision with what comes of it. */
export function asked(operation: Answered): string {
  const isAsked = operation.status === "held" || questionOf(operation) !== undefined;
  const isWork = operation.waitingFor?.for === "maintenance";
  // What cancelling comes to is of no use to whoever works on the one node.
  const ways = isAsked ? waysOf(operation).filter(({ decision }) => !isWork || decision !== "cancel") : [];
  if (ways.length === 0) return "";
  const isLimited = ways.some(({ by }) => by !== undefined);
  const row = (way: Way) => [
    inputsFor(way),
    plain(way.does),
    ...(isLimited ? [plain(way.by ?? "whoever may decide")] : []),
    lost(way),
    code(decisionBody(way)),
  ];
  const who = isLimited ? ["Who decides so"] : [];
  const head = ["Inputs of a step", "What it does", ...who, "What is lost", "Body for the API"];
  return `### What can be decided\n\n${table(head, ways.map(row))}`;
}

const inputsFor = ({ decision, discards, data }: Way): string =>
  [
    `decision: ${decision}`,
    ...(discards ? [`discards-from: ${discards.from}`] : []),
    ...(data ? [`data: ${data}`] : []),
  ]
    .map(code)
    .join("<br>");

const lost = ({ discards }: Way): string =>
  discards ? `what visitors wrote since ${timeInWords(discards.from)}` : "nothing that visitors wrote";
