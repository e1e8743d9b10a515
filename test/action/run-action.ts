import { type Inputs, readInputs } from "../../src/action/inputs.ts";
import { run } from "../../src/action/main.ts";
import type { Octokits } from "../../src/action/octokit.ts";
import type { WorkflowRun } from "../../src/action/workflow-run.ts";
import { systemClock } from "../../src/clock.ts";
import { apiUrl } from "./fake-api.ts";
import { recordingCore } from "./recording-core.ts";
import { image } from "./scripts.ts";

export const workflowRun: WorkflowRun = {
  repositoryId: "123456",
  repository: "octo/crm",
  sha: "5ca1ab1e",
  runId: "77",
  runAttempt: "1",
  job: "upgrade",
  action: "window",
  serverUrl: "https://github.com",
};

export function inputs(given: Record<string, string> = {}): Inputs {
  const withDefaults = { "api-url": apiUrl, target: "crm-production", procedure: "upgrade", image, ...given };
  const env = Object.fromEntries(
    Object.entries(withDefaults).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const read = readInputs(env, workflowRun);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return read.inputs;
}

type Options = {
  given?: Record<string, string>;
  interruption?: AbortSignal;
  octokit?: Octokits;
  toolkit?: ReturnType<typeof recordingCore>;
};

/** Runs the action against an API in this process. Jitter is at its longest, so that times are known. */
export async function runAction(fetch: typeof globalThis.fetch, options: Options = {}) {
  const { core, recorded } = options.toolkit ?? recordingCore();
  const exitCode = await run(inputs(options.given), {
    core,
    clock: systemClock,
    random: () => 1,
    fetch,
    run: workflowRun,
    ...(options.octokit && { octokit: options.octokit }),
    interruption: options.interruption ?? new AbortController().signal,
  });
  return { exitCode, ...recorded };
}
