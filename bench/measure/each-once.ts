import type { AnalysedRun } from "./analyse-run.ts";
import type { RunJob } from "./job.ts";

/** Has the same job done once, whoever asks for it: the same seed leaves nothing to chance. Says how many are done. */
export function eachOnce(run: RunJob, say: (howFar: string) => void): RunJob {
  const runs = new Map<string, Promise<AnalysedRun>>();
  let done = 0;
  return (job) => {
    const key = JSON.stringify(job);
    const known = runs.get(key);
    if (known) return known;
    const fresh = run(job).then((result) => {
      done += 1;
      say(`${done} of ${runs.size} runs`);
      return result;
    });
    runs.set(key, fresh);
    return fresh;
  };
}
