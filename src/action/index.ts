import http from "node:http";
import * as core from "@actions/core";
import { systemClock } from "../clock.ts";
import { Interrupted } from "./errors.ts";
import { readInputs } from "./inputs.ts";
import { run } from "./main.ts";
import { currentWorkflowRun } from "./workflow-run.ts";

// fetch ignores the proxy variables unless it is told; runners before Node 24.14 cannot be.
http.setGlobalProxyFromEnv?.();

const workflowRun = currentWorkflowRun(process.env);
const read = readInputs(process.env, workflowRun);

/** The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later. To decide something takes longer than to say what is true. */
const LAST_MOMENT_MS = read.ok && read.inputs.onCancel === "rollback" ? 8_500 : 4_500;
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) return;
    interruption.abort(new Interrupted(signal));
    setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  });
}

if (read.ok) {
  if (read.inputs.githubToken) core.setSecret(read.inputs.githubToken);
  process.exitCode = await run(read.inputs, {
    core,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    run: workflowRun,
    interruption: interruption.signal,
  });
} else {
  core.error(read.problems.join("\n"), { title: "Intermission cannot start: its inputs are wrong" });
  process.exitCode = 1;
}
