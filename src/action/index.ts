import http from "node:http";
import * as core from "@actions/core";
import { systemClock } from "../clock.ts";
import { Interrupted } from "./errors.ts";
import { readInputs } from "./inputs.ts";
import { run } from "./main.ts";
import { currentWorkflowRun } from "./workflow-run.ts";

/** The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later. */
const LAST_MOMENT_MS = 4_500;

// fetch ignores the proxy variables unless it is told; runners before Node 24.14 cannot be.
http.setGlobalProxyFromEnv?.();

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) return;
    interruption.abort(new Interrupted(signal));
    setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  });
}

const workflowRun = currentWorkflowRun(process.env);
const read = readInputs(process.env, workflowRun);
if (read.ok) {
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
