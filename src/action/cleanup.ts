import http from "node:http";
import * as core from "@actions/core";
import { systemClock } from "../clock.ts";
import { tellTheTruth } from "./after-main.ts";
import { Interrupted } from "./errors.ts";
import { readInputs } from "./inputs.ts";
import { currentWorkflowRun } from "./workflow-run.ts";

http.setGlobalProxyFromEnv?.();

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => interruption.abort(new Interrupted(signal)));

const workflowRun = currentWorkflowRun(process.env);
const read = readInputs(process.env, workflowRun);
// Where the inputs were wrong, the main step has said so and nothing was started.
if (read.ok) {
  if (read.inputs.githubToken) core.setSecret(read.inputs.githubToken);
  const deps = {
    core,
    clock: systemClock,
    random: Math.random,
    fetch: globalThis.fetch,
    run: workflowRun,
    interruption: interruption.signal,
  };
  const saved = {
    reported: core.getState("reported") === "true",
    startRequested: core.getState("startRequested") === "true",
    operationId: core.getState("operationId") || undefined,
    deploymentId: Number(core.getState("deploymentId")) || undefined,
    following: core.getState("following") === "true",
    cancelled: core.getState("cancelled") === "true",
  };
  await tellTheTruth(saved, { inputs: read.inputs, deps });
}
