import type { CheckResult } from "../../operations/operation.ts";
import { hanging, table } from "./wrap.ts";

const WIDTHS = [6, 25, 25, 27, 27];
const FIX_INDENT = 2 + 6 + 2;

/** Checks as a table: what was looked at, expected and found, and below what is not passed, what to do about it. */
export function checksAsText(checks: readonly CheckResult[]): string[] {
  const indented = (rows: string[][]) => table(rows, WIDTHS).map((line) => `  ${line}`);
  return [
    ...indented([["", "check", "looked at", "expected", "found"]]),
    ...checks.flatMap(({ outcome, name, looked, expected, found, fix }) => [
      ...indented([[outcome, name, looked, expected, found]]),
      ...(fix === undefined ? [] : hanging(`${" ".repeat(FIX_INDENT)}→ `, fix)),
    ]),
  ];
}

/** `14 checks: 1 failed, 1 warned, 12 passed`. */
export function countsInWords(checks: readonly CheckResult[]): string {
  const counts = (["failed", "warned", "passed"] as const).flatMap((outcome) => {
    const count = checks.filter((check) => check.outcome === outcome).length;
    return count > 0 ? [`${count} ${outcome}`] : [];
  });
  return `${checks.length} ${checks.length === 1 ? "check" : "checks"}: ${counts.join(", ")}`;
}
