import type { Plan } from "../operations/plan.ts";
import { details, plain } from "./markdown.ts";
import { checks, countsOf } from "./summary/checks.ts";
import { ALWAYS, fit } from "./summary/fit.ts";
import { approversSection, changesTable, forecastSection, irreversibleSection } from "./summary/plan.ts";
import type { Verdict } from "./verdict.ts";

/** GitHub takes 65,536 characters. */
const LIMIT_BYTES = 65_000;

/** What a plan's comment begins with, and is found by. Nobody sees it. */
export const commentMarker = (target: string): string =>
  `<!-- intermission plan: ${encodeURIComponent(target).replaceAll("-", "%2D")} -->`;

/** A plan for whoever reviews a pull request: the verdict, what is wrong, how long the site closes, and what would be changed. */
export function planCommentText({ plan, verdict, runUrl }: { plan: Plan; verdict: Verdict; runUrl?: string }): string {
  const bad = plan.checks.filter(({ outcome }) => outcome !== "passed");
  const changes = changesTable(plan);
  const notHere = "They do not fit here; the job's summary has them.";
  return fit(
    [
      { rank: ALWAYS, text: commentMarker(plan.target) },
      { rank: ALWAYS, text: `### ${verdict.ok ? "✅" : "❌"} ${plain(verdict.title)}` },
      { rank: ALWAYS, text: plain(verdict.message) },
      { rank: 60, text: checks(bad, { open: true }), shorter: `Checks: ${countsOf(plan.checks)}. ${notHere}` },
      { rank: 50, text: forecastSection(plan.forecast) },
      { rank: 40, text: irreversibleSection(plan) },
      { rank: 42, text: approversSection(plan) },
      {
        rank: 30,
        text: changes && details(`Changes, in order: ${plan.mutations.length}`, changes),
        shorter: `Changes: ${plan.mutations.length}. ${notHere}`,
      },
      {
        rank: 70,
        text:
          runUrl === undefined
            ? ""
            : `[The run that planned this](<${runUrl}>), at ${plan.forecast.at}. Every later plan of ${plain(plan.target)} replaces this comment.`,
      },
    ],
    LIMIT_BYTES,
  );
}
