import { type Forecast, roundedTime, sourceInWords } from "../../operations/forecast.ts";
import type { Plan } from "../../operations/plan.ts";
import { inWords } from "../../targets/duration.ts";
import { code, plain, table } from "../markdown.ts";

export function forecastSection({ phases, window, opensAt }: Forecast): string {
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

export function changesTable({ mutations }: Plan): string {
  const rows = mutations.map((mutation, index) => [
    String(index + 1),
    plain(mutation.phase),
    code(`${mutation.service} ${mutation.operation}`),
    plain(mutation.summary),
    plain(mutation.inverse),
  ]);
  return rows.length > 0 ? table(["", "Phase", "Call", "What it does", "How it is undone"], rows) : "";
}

/** Before the window somebody should know whom to call. */
export const approversSection = ({ approvers }: Plan): string =>
  approvers === undefined ? "" : `### Who decides to go on\n\nTo go on is decided by ${plain(approvers)}.`;

export function irreversibleSection({ irreversible }: Plan): string {
  return irreversible.length > 0
    ? `### What cannot be taken back\n\n${irreversible.map((each) => `- ${plain(each)}`).join("\n")}`
    : "";
}
