import type { MeasuredProfile, MeasuredRunner } from "../measure/measured.ts";
import type { RunnerName } from "../runners/run-profile.ts";

/** Columns of a table as people read it, the first one left-aligned and all others right. */
export type Table = { title: string; head: string[]; rows: string[][]; notes?: string[] };

export const runnerTitles: Record<RunnerName, string> = {
  ours: "Intermission",
  bash: "bash, AWS CLI",
  sdk: "TypeScript, SDK's waiters",
};

export function windowTable(profiles: readonly MeasuredProfile[]): Table {
  const runners = profiles[0]?.runners.map(({ runner }) => runner) ?? [];
  return {
    title: "The window as visitors saw it, in seconds, and how many times the critical path that is",
    head: ["profile", "critical path", "the oracle", ...runners.map((runner) => runnerTitles[runner])],
    rows: profiles.map(({ profile, criticalSeconds, attained, runners: measured }) => [
      profile,
      criticalSeconds.toFixed(0),
      attained ? `${attained.windowSeconds.toFixed(0)} (× ${attained.ratio.toFixed(3)})` : "",
      ...measured.map((each) => windowIn(each, criticalSeconds)),
    ]),
  };
}

function windowIn({ failures, runs, windowSeconds, ratio, runner }: MeasuredRunner, criticalSeconds: number): string {
  if (failures.length === runs) return "never opened";
  // Ours by its own runs: a difference of chance between two runs is no difference between two runbooks.
  const times = runner === "ours" ? ratio.mean : windowSeconds.mean / criticalSeconds;
  const failed = failures.length ? `, ${failures.length} of ${runs} never opened` : "";
  return `${windowSeconds.mean.toFixed(0)} (× ${times.toFixed(2)}${failed})`;
}

export const phaseTable = ({ profile, runners }: MeasuredProfile): Table => ({
  title: `${profile}: seconds by phase, what AWS and the application needed + what was added`,
  head: ["phase", ...runners.map(({ runner }) => runnerTitles[runner])],
  rows: [
    ...(runners[0]?.phases.map(({ phase }, index) => [
      phase,
      ...runners.map(({ phases }) => sum(phases[index]!.neededSeconds, phases[index]!.addedSeconds)),
    ]) ?? []),
    [
      "all",
      ...runners.map(({ phases }) =>
        sum(
          phases.reduce((all, { neededSeconds }) => all + neededSeconds, 0),
          phases.reduce((all, { addedSeconds }) => all + addedSeconds, 0),
        ),
      ),
    ],
  ],
});

const sum = (needed: number, added: number): string =>
  `${needed.toFixed(1)} ${added < 0 ? "−" : "+"} ${Math.abs(added).toFixed(1)}`;
