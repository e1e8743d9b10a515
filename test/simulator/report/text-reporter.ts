import type { Terminal } from "../../../src/demo/terminal.ts";
import { coverageAsText } from "./coverage-table.ts";
import { wrongWith } from "./failures.ts";
import { createProgress, type ProgressOptions } from "./progress.ts";
import type { Reporter } from "./reporter.ts";
import { inOneLine } from "./tally.ts";

/** Failures that are told of one by one; where everything fails nobody reads them all. */
const TOLD = 20;

/** Tells a person, in colours where the terminal has them. */
export function textReporter({ print, paint }: Terminal, options: ProgressOptions): Reporter {
  const progress = createProgress(options);
  const say = (text: string) => {
    progress.clear();
    print(text);
  };
  let failures = 0;
  return {
    say,
    ran() {},
    progress: progress.is,
    failed({ item, result }, replay) {
      failures += 1;
      if (failures > TOLD + 1) return;
      if (failures > TOLD) return say(`${paint("red", "✗")} and more, which are counted below`);
      say(
        `${paint("red", "✗")} ${paint("bold", item.label)}: ${result.scenario.procedure.procedure}, ${result.status}`,
      );
      for (const line of wrongWith(result)) print(`    ${line}`);
      print(`    ${paint("cyan", replay)}`);
    },
    shrunk({ result, runs, isSmallest }, { label, others, replay }) {
      const { disturbances } = result.scenario;
      const size = `${disturbances.length} ${disturbances.length === 1 ? "disturbance" : "disturbances"}`;
      say("");
      print(paint("bold", `THE SMALLEST THAT FAILS LIKE ${label}${others > 0 ? ` (and ${others} more)` : ""}`));
      print(`  ${size}, found in ${runs} runs${isSmallest ? "" : "; there may be smaller ones"}`);
      for (const line of wrongWith(result)) print(`  ${line}`);
      print(`  ${paint("cyan", replay)}`);
      print();
      print(result.timeline.trimEnd());
      print();
    },
    told(result) {
      say(JSON.stringify(result.scenario, undefined, 2));
      print();
      print(result.timeline.trimEnd());
      print();
      print(`${result.status}, digest ${result.digest.slice(0, 16)}`);
      for (const line of wrongWith(result)) print(paint("red", line));
    },
    end({ tally, ms, coverage, interrupted }) {
      say("");
      if (tally.runs > 1) print(coverageAsText(coverage));
      if (interrupted) print("It was interrupted; this is what was done so far.");
      print(inOneLine(tally, ms));
    },
  };
}
