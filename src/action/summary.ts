import { checkLine, decidedLine, restoredLine } from "../operations/event-line.ts";
import { type Forecast, roundedTime, sourceInWords, windowInWords } from "../operations/forecast.ts";
import { codeMustSay } from "../operations/infrastructure-as-code.ts";
import type { CheckResult, Node } from "../operations/operation.ts";
import type { Plan } from "../operations/plan.ts";
import { wordsFor } from "../operations/request-words.ts";
import type { OperationState, PhaseState } from "../operations/state.ts";
import { inWords } from "../targets/duration.ts";
import { code, codeBlock, details, plain, table } from "./markdown.ts";
import { type Outcome, operationOf, windowMs } from "./outcome.ts";
import type { Verdict } from "./verdict.ts";

export type SummaryInput = { outcome: Outcome; verdict: Verdict };

/** GitHub takes a mebibyte for a step; what is left out here is in the receipt. */
const RECEIPT_LIMIT = 200_000;

/** The job summary, in GitHub's Markdown. */
export function renderSummary({ outcome, verdict }: SummaryInput): string {
  const operation = operationOf(outcome);
  const sections = [
    `## ${verdict.ok ? "✅" : "❌"} ${plain(verdict.title)}`,
    plain(verdict.message),
    ...(verdict.next.length > 0 ? [`### Next\n\n${verdict.next.map((line) => `- ${plain(line)}`).join("\n")}`] : []),
    ...(operation ? [warnings(operation.checks), ...operationSections(operation)] : []),
    ...(outcome.kind === "planned" ? planSections(outcome.plan) : []),
    ...(outcome.kind === "over" && outcome.receipt !== undefined ? [receipt(outcome.receipt)] : []),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

function operationSections(operation: OperationState): string[] {
  return [
    facts(operation),
    inCode(operation),
    operation.phases.length > 0 ? `### Timeline\n\n${timeline(operation)}` : "",
    checks(operation.checks),
    nodes(operation.nodes),
  ];
}

function facts(operation: OperationState): string {
  const closedFor = windowMs(operation);
  const rows: [string, string | undefined][] = [
    ["Operation", code(operation.id)],
    ["Status", code(operation.status)],
    ["Requested", `${operation.requestedAt} by ${plain(operation.requestedBy.name)}`],
    ["What", plain(wordsFor(operation.request))],
    [
      "Window",
      closedFor === undefined
        ? undefined
        : `${inWords(closedFor)}, from ${operation.window.closingAt} to ${operation.window.openedAt}`,
    ],
    ["Expected", operation.forecast && `closed for ${windowInWords(operation.forecast)}`],
    ["Not before", operation.request.notBefore && plain(operation.request.notBefore)],
    ["Must open by", mustOpenBy(operation)],
    ["Version", operation.verifiedVersion && code(operation.verifiedVersion)],
    ["Point of no return", operation.pointOfNoReturnAt],
    ["Snapshot", operation.snapshot && code(operation.snapshot)],
    ["Decided", operation.decision && `${plain(decidedLine(operation.decision))}, ${operation.decision.at}`],
    ["Going back since", operation.goingBack && `${operation.goingBack.at}: ${plain(operation.goingBack.why)}`],
    ["Database", operation.restored && plain(restoredLine(operation.restored))],
    ["Thrown away", thrownAway(operation)],
    ["Comment", operation.request.comment && plain(operation.request.comment)],
  ];
  return table(
    ["", ""],
    rows.flatMap(([name, value]) => (value ? [[`**${name}**`, value]] : [])),
  );
}

const thrownAway = ({ discarded = [] }: Partial<Pick<OperationState, "discarded">>): string | undefined =>
  discarded.map(({ from, to }) => `what was written from ${from} to ${to}`).join("; ") || undefined;

function inCode(operation: OperationState): string {
  const must = codeMustSay(operation);
  if (!must) return "";
  const lines = [
    ...(must.database
      ? [`- The database is ${code(must.database.identifier)}, at ${code(must.database.address)}`]
      : []),
    ...must.tell.map((line) => `- ${plain(line)}`),
  ];
  return [
    "### For your infrastructure-as-code",
    ...(must.image ? [codeBlock(must.image)] : []),
    ...(lines.length > 0 ? [lines.join("\n")] : []),
  ].join("\n\n");
}

function mustOpenBy({ request, window: { openedAt } }: OperationState): string | undefined {
  if (!request.mustOpenBy) return undefined;
  const lateMs = openedAt === undefined ? 0 : Date.parse(openedAt) - Date.parse(request.mustOpenBy);
  return `${plain(request.mustOpenBy)}${lateMs > 0 ? `: ❌ opened ${inWords(lateMs)} later` : ""}`;
}

/** Above everything else: nobody stops for a warning, so nobody may overlook one. */
function warnings(results: readonly CheckResult[]): string {
  const warned = results.filter(({ outcome }) => outcome === "warned");
  if (warned.length === 0) return "";
  const lines = warned.map((check) => `- ${plain(checkLine(check))}`);
  return `### ⚠️ ${warned.length} preflight ${warned.length === 1 ? "warning" : "warnings"}\n\n${lines.join("\n")}`;
}

function timeline({ requestedAt, phases }: OperationState): string {
  const start = Date.parse(requestedAt);
  const row = ({ phase, startedAt, finishedAt, outcome }: PhaseState) => [
    plain(phase),
    `+${inWords(Date.parse(startedAt) - start)}`,
    finishedAt ? inWords(Date.parse(finishedAt) - Date.parse(startedAt)) : "under way",
    outcome === "failed" ? "❌ failed" : outcome === "done" ? "done" : "…",
  ];
  return table(["Phase", "Began", "Took", "Outcome"], phases.map(row));
}

const OUTCOME_ORDER = ["failed", "warned", "passed"] as const;
const OUTCOME_MARKS = { failed: "❌", warned: "⚠️", passed: "✅" } as const;

function checks(results: readonly CheckResult[]): string {
  if (results.length === 0) return "";
  const sorted = results.toSorted((a, b) => OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome));
  const rows = sorted.map((check) => [
    OUTCOME_MARKS[check.outcome] ?? "",
    plain(check.name),
    plain(check.expected),
    plain(check.found),
    plain(check.fix ?? ""),
  ]);
  const body = table(["", "Check", "Expected", "Found", "What to do"], rows);
  const counts = OUTCOME_ORDER.flatMap((outcome) => {
    const count = results.filter((check) => check.outcome === outcome).length;
    return count > 0 ? [`${count} ${outcome}`] : [];
  });
  return results.every((check) => check.outcome === "passed")
    ? details(`Checks: ${counts.join(", ")}`, body)
    : `### Checks: ${counts.join(", ")}\n\n${body}`;
}

function nodes({ before, after }: { before: readonly Node[]; after: readonly Node[] }): string {
  if (before.length === 0 && after.length === 0) return "";
  const row = (when: string) => (node: Node) => [
    when,
    plain(node.service),
    code(node.taskArn.split("/").at(-1) ?? node.taskArn),
    code(node.image),
    plain(node.version ?? ""),
    plain(node.status),
  ];
  const rows = [...before.map(row("before")), ...after.map(row("after"))];
  return details(
    `Nodes: ${before.length} before, ${after.length} after`,
    table(["", "Service", "Task", "Image", "Version", "Status"], rows),
  );
}

function forecastSection({ phases, window, opensAt }: Forecast): string {
  const row = ({ phase, closed, expectedSeconds, worstSeconds, parts }: Forecast["phases"][number]) => [
    plain(phase),
    closed ? "closed" : "open",
    inWords(expectedSeconds * 1_000),
    inWords(worstSeconds * 1_000),
    parts.map((part) => plain(`${part.what} (${sourceInWords(part)})`)).join("; "),
  ];
  const whole = [
    "**window**",
    "closed",
    `**${inWords(window.expectedSeconds * 1_000)}**`,
    inWords(window.worstSeconds * 1_000),
    `open again at about ${roundedTime(Date.parse(opensAt))}`,
  ];
  return `### Forecast\n\n${table(["Phase", "Site", "Expected", "At most", "Why"], [...phases.map(row), whole])}`;
}

function planSections(plan: Plan): string[] {
  const rows = plan.mutations.map((mutation, index) => [
    String(index + 1),
    plain(mutation.phase),
    code(`${mutation.service} ${mutation.operation}`),
    plain(mutation.summary),
    plain(mutation.inverse),
  ]);
  return [
    warnings(plan.checks),
    checks(plan.checks),
    forecastSection(plan.forecast),
    rows.length > 0
      ? `### Changes, in order\n\n${table(["", "Phase", "Call", "What it does", "How it is undone"], rows)}`
      : "",
    plan.irreversible.length > 0
      ? `### What cannot be taken back\n\n${plan.irreversible.map((each) => `- ${plain(each)}`).join("\n")}`
      : "",
  ];
}

function receipt(content: unknown): string {
  const text = JSON.stringify(content, null, 2);
  return text.length > RECEIPT_LIMIT ? "" : details("Receipt", codeBlock(text, "json"));
}
