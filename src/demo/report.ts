import { type InvariantNumber, invariantNumbers, invariantTitles, type Verdict } from "../sandbox/checker/verdict.ts";
import { inWords } from "../targets/duration.ts";
import { countAnswers, downtimesOf, overallDowntime } from "./answers.ts";
import type { Course } from "./breakages.ts";
import { type Claim, nodesInWords } from "./claims.ts";
import type { Evidence } from "./evidence.ts";
import { inColumns, type Terminal } from "./terminal.ts";

export type Files = { summary?: string; receipt?: string; events: string; log: string };
export type Row = [name: string, value: string];
type Report = {
  course: Pick<Course, "ending">;
  evidence: Evidence;
  claims: readonly Claim[];
  /** What only this procedure shows. */
  own?: readonly Row[];
  files: Files;
};

/** The table at the end: what visitors saw, what is true now, who judged it and where the evidence is. */
export function reportLines({ course, evidence, claims, own = [], files }: Report, paint: Terminal["paint"]): string[] {
  const { operation, acknowledged, discarded, stored, shown, nodes, calls, verdict, standingLeader } = evidence;
  const thrownAway = discarded.length > 0 ? `, and ${discarded.length} thrown away knowingly` : "";
  const rows: Row[] = [
    ["Ending", `${operation.status}, expected ${course.ending}`],
    ...(operation.problem ? [["", operation.problem.message] satisfies Row] : []),
    ["Downtime for visitors", downtimeInWords(evidence)],
    ["Downtime by the receipt", windowInWords(evidence)],
    ["Requests answered", answersInWords(evidence)],
    ["Writes acknowledged", `${acknowledged.length}, of which ${missing(claims)}${thrownAway}`],
    [
      "  read back from",
      `${stored.length} rows in the database${shown ? `, ${shown.length} notices in the application` : ""}`,
    ],
    ["Nodes before", nodesInWords(nodes.before)],
    [
      "Nodes after",
      nodesInWords(nodes.after) +
        (standingLeader ? `, and the leader (${standingLeader.slice(0, 6)}), which only the bypass reaches` : ""),
    ],
    ...own,
    ["AWS calls of the runbook", callsInWords(calls)],
    ["Invariants", verdict.violations.length === 0 ? "all nine hold" : `${verdict.violations.length} violations`],
    ...invariantNumbers.map((number): Row => ["", invariantLine(number, verdict, paint)]),
    ["Receipt", files.receipt ?? "none: the operation has not ended"],
    ...(files.summary ? [["Job summary", files.summary] satisfies Row] : []),
    ["Sandbox's event log", files.events],
    [files.summary ? "Action's log" : "Operation's log", files.log],
  ];
  return inColumns(
    rows.map(([name, value]) => [`  ${name.startsWith(" ") ? paint("dim", name) : paint("bold", name)}`, value]),
  );
}

function downtimeInWords({ answers, operation: { requestedAt } }: Evidence): string {
  const downtimes = downtimesOf(answers.filter(({ sentAt }) => sentAt >= Date.parse(requestedAt)));
  const overall = overallDowntime(downtimes);
  if (!overall) return "none";
  if (overall.to === undefined) return "not over: the page is up";
  const lengths = downtimes.map(({ from, to }) => (to ?? Number.POSITIVE_INFINITY) - from);
  return `${inWords(overall.to - overall.from)}; each of them ${inWords(Math.min(...lengths))} to ${inWords(Math.max(...lengths))}`;
}

function windowInWords({ receipt }: Evidence): string {
  if (!receipt) return "not over";
  const { downtimeMs } = receipt.window;
  return downtimeMs === undefined ? "none" : inWords(downtimeMs);
}

/** `211 by 1.4.2, 160 by the page, 98 by 2.0.0, 0 errors`. */
export function answersInWords({ answers }: Pick<Evidence, "answers">): string {
  const { byVersion, page, errors } = countAnswers(answers);
  const versions = Object.entries(byVersion).toSorted(([a], [b]) => a.localeCompare(b));
  const [old, ...others] = versions.map(([version, count]) => `${count} by ${version}`);
  return [...(old ? [old] : []), `${page} by the page`, ...others, `${errors} errors`].join(", ");
}

function missing(claims: readonly Claim[]): string {
  const wrong = claims.find(({ claim, wrong }) => wrong && claim.includes("every acknowledged notice"))?.wrong;
  return wrong ?? "0 lost and 0 changed";
}

function callsInWords(calls: Record<string, number>): string {
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const services = Object.entries(calls).toSorted(([, a], [, b]) => b - a);
  return `${total}: ${services.map(([service, count]) => `${count} ${service}`).join(", ")}`;
}

function invariantLine(number: InvariantNumber, { violations, looked }: Verdict, paint: Terminal["paint"]): string {
  const holds = violations.every(({ invariant }) => invariant !== number);
  const mark = holds ? paint("green", "✓") : paint("red", "✗");
  return `${mark} ${number} ${invariantTitles[number]} ${paint("dim", `(${lookedInWords(looked[number])})`)}`;
}

const lookedInWords = (looked: Record<string, number>) =>
  Object.entries(looked)
    .map(([what, count]) => `${count} ${what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(", ");
