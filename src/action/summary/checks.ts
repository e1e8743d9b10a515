import { checkLine } from "../../operations/event-line.ts";
import type { CheckResult } from "../../operations/operation.ts";
import { details, plain, table } from "../markdown.ts";

const OUTCOME_ORDER = ["failed", "warned", "passed"] as const;
const OUTCOME_MARKS = { failed: "❌", warned: "⚠️", passed: "✅" } as const;

/** Above everything else: nobody stops for a warning, so nobody may overlook one. */
export function warnings(results: readonly CheckResult[]): string {
  const warned = results.filter(({ outcome }) => outcome === "warned");
  if (warned.length === 0) return "";
  const lines = warned.map((check) => `- ${plain(checkLine(check).replace(/^! /, ""))}`);
  return `### ⚠️ ${warned.length} preflight ${warned.length === 1 ? "warning" : "warnings"}\n\n${lines.join("\n")}`;
}

/** The worst first; folded where all is well. */
export function checks(results: readonly CheckResult[], { open = false } = {}): string {
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
  return open || results.some((check) => check.outcome === "failed")
    ? `### Checks: ${countsOf(results)}\n\n${body}`
    : details(`Checks: ${countsOf(results)}`, body);
}

/** `1 failed, 2 passed`. */
export function countsOf(results: readonly CheckResult[]): string {
  return OUTCOME_ORDER.flatMap((outcome) => {
    const count = results.filter((check) => check.outcome === outcome).length;
    return count > 0 ? [`${count} ${outcome}`] : [];
  }).join(", ");
}
