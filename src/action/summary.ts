import { isActive } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import type { Answered } from "./answered.ts";
import { codeBlock, details, plain } from "./markdown.ts";
import { type Outcome, operationOf } from "./outcome.ts";
import { asked } from "./summary/asked.ts";
import { checks, warnings } from "./summary/checks.ts";
import { facts } from "./summary/facts.ts";
import { ALWAYS, fit, type Part } from "./summary/fit.ts";
import { infrastructureAsCode } from "./summary/infrastructure-as-code.ts";
import { nodes } from "./summary/nodes.ts";
import { approversSection, changesTable, forecastSection, irreversibleSection } from "./summary/plan.ts";
import { timeline } from "./summary/timeline.ts";
import type { Verdict } from "./verdict.ts";
import { waysOf } from "./ways-to-decide.ts";

export type SummaryInput = {
  outcome: Outcome;
  verdict: Verdict;
  /** The operation's live page. */
  liveUrl?: string;
  /** How far the chart of an operation that goes on reaches. By default to what happened last. */
  now?: number;
};

/** GitHub takes 1 MiB for a step, and drops a longer summary as a whole. */
const LIMIT_BYTES = 1_000_000;

/** The job summary, in GitHub's Markdown. */
export function renderSummary(input: SummaryInput): string {
  const { outcome, verdict } = input;
  const operation = operationOf(outcome);
  const parts: Part[] = [
    { rank: ALWAYS, text: `## ${verdict.ok ? "✅" : "❌"} ${plain(verdict.title)}` },
    { rank: ALWAYS, text: plain(verdict.message) },
    { rank: 90, text: next(verdict, operation) },
    ...(operation ? operationParts(operation, input) : []),
    ...(outcome.kind === "planned" ? planParts(outcome.plan) : []),
    ...(outcome.kind === "over" && outcome.receipt !== undefined ? [receipt(outcome.receipt)] : []),
  ];
  return fit(parts, LIMIT_BYTES);
}

/** What a table further down says of each decision is not said twice. */
function next({ next: lines }: Verdict, operation: Answered | undefined): string {
  const inTable = operation && asked(operation) !== "" ? waysOf(operation).map(({ does }) => does) : [];
  const told = lines.filter((line) => !inTable.some((does) => line.endsWith(does)));
  return told.length > 0 ? `### Next\n\n${told.map((line) => `- ${plain(line)}`).join("\n")}` : "";
}

function operationParts(operation: Answered, { liveUrl, now }: SummaryInput): Part[] {
  return [
    { rank: 85, text: asked(operation) },
    { rank: 95, text: liveUrl !== undefined && isActive(operation.status) ? `[Watch it live](<${liveUrl}>)` : "" },
    { rank: 80, text: infrastructureAsCode(operation) },
    { rank: 60, text: warnings(operation.checks) },
    { rank: 70, text: facts(operation) },
    { rank: 50, text: timeline(operation, now) },
    { rank: 30, text: checks(operation.checks), shorter: "The checks do not fit here; the operation has them." },
    { rank: 20, text: nodes(operation.nodes), shorter: "The nodes do not fit here; the operation has them." },
  ];
}

function planParts(plan: Plan): Part[] {
  const changes = changesTable(plan);
  return [
    { rank: 60, text: warnings(plan.checks) },
    { rank: 50, text: checks(plan.checks), shorter: "The checks do not fit here; the output `plan` has them." },
    { rank: 45, text: forecastSection(plan.forecast) },
    {
      rank: 30,
      text: changes && `### Changes, in order\n\n${changes}`,
      shorter: "The changes do not fit here; the output `plan` has them.",
    },
    { rank: 40, text: irreversibleSection(plan) },
    { rank: 42, text: approversSection(plan) },
  ];
}

const receipt = (content: unknown): Part => ({
  rank: 10,
  text: details("Receipt", codeBlock(JSON.stringify(content, null, 2), "json")),
  shorter: "The receipt does not fit here; the output `receipt` has it.",
});
