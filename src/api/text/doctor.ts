import { windowInWords } from "../../operations/forecast.ts";
import type { Diagnosis } from "../schemas.ts";
import { checksAsText, countsInWords } from "./checks.ts";
import { columns } from "./columns.ts";
import { hanging } from "./wrap.ts";

type Examined = Diagnosis["targets"][number];

/** Every target in a line, then of each what is not as it should be. */
export function diagnosisAsText({ ok, targets }: Diagnosis): string {
  if (targets.length === 0) return "No targets that you may see.\n";
  const bad = targets.filter((target) => !target.ok).length;
  const lines = [
    ...columns(targets.map((target) => [target.ok ? "ok" : "NOT OK", target.target, summaryOf(target)])),
    ...targets.flatMap(findings),
    "",
    ok
      ? `Every target could be upgraded now (${targets.length}).`
      : `${bad} of ${targets.length} targets could not be upgraded now.`,
  ];
  return `${lines.join("\n")}\n`;
}

const summaryOf = ({ checks, forecast, problem }: Examined): string =>
  problem === undefined
    ? `${countsInWords(checks)}${forecast ? `; closed for ${windowInWords(forecast)}` : ""}`
    : "could not be examined";

function findings({ target, checks, problem }: Examined): string[] {
  if (problem !== undefined) return ["", ...hanging(`${target}: `, problem)];
  const notPassed = checks.filter(({ outcome }) => outcome !== "passed");
  return notPassed.length === 0 ? [] : ["", target, ...checksAsText(notPassed)];
}
