import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Job, parseEnvironmentFile, prepareJob } from "../github-runner.ts";
import { type Contexts, holds, interpolate, type JobStatus } from "./expressions.ts";
import {
  defaultInputs,
  inOrder,
  isOurs,
  legsOf,
  needsOf,
  parseWorkflow,
  type Workflow,
  type WorkflowJob,
  type WorkflowStep,
} from "./workflow-file.ts";

export type WorkflowOptions = {
  file: string;
  /** Where action.yml is, for the steps that use this action. */
  action: string;
  /** Where the run's files go. */
  directory: string;
  github: { actor: string; ref: string; ref_name: string; sha: string; token: string; run_id: string };
  repository: { name: string; id: string };
  inputs?: Record<string, string>;
  vars: Record<string, string>;
  /** ACTIONS_ID_TOKEN_REQUEST_URL of a job in this environment. */
  idTokenUrl: (environment: string | undefined) => string;
  /** GITHUB_API_URL. */
  githubApi?: string;
  /** What is in the repository, by path: there is none that could be checked out. */
  files?: Record<string, string>;
  /** Jobs that are taken for done, with their outputs: what they do, nobody can do here. */
  done?: Record<string, Record<string, string>>;
  /** Ends what runs. */
  signal?: AbortSignal;
  onJob?: (title: string) => void;
  onStep?: (title: string) => void;
  /** What a step printed. */
  onLine: (line: string) => void;
};

export type WorkflowEnd = { ok: boolean; jobs: JobEnd[] };
export type JobEnd = { job: string; result: "success" | "failure" | "skipped"; steps: StepEnd[] };
export type StepEnd = {
  step: string;
  outcome: "success" | "failure" | "skipped";
  outputs: Record<string, string>;
};

/**
 * Runs a workflow file as GitHub does: jobs after those they need, conditions and expressions, steps of this action by its committed bundle, scripts
 * by bash. What other actions do is left out, and said. One runner does all jobs, one after the other.
 */
export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowEnd> {
  const workflow = parseWorkflow(await readFile(options.file, "utf8"));
  const inputs = { ...defaultInputs(workflow), ...options.inputs };
  const needs: Record<string, { result: string; outputs: Record<string, string> }> = {};
  const jobs: JobEnd[] = [];
  for (const [name, job] of inOrder(workflow)) {
    const outputs = options.done?.[name];
    if (outputs) {
      needs[name] = { result: "success", outputs };
      continue;
    }
    const known = needsOf(job).map((each) => [each, needs[each]!] as const);
    const status = known.every(([, { result }]) => result === "success") ? "success" : "failure";
    const contexts = contextsOf(options, workflow, { inputs, needs: Object.fromEntries(known) });
    if (!holds(job.if, contexts, status)) {
      jobs.push({ job: name, result: "skipped", steps: [] });
      needs[name] = { result: "skipped", outputs: {} };
      continue;
    }
    for (const [index, matrix] of legsOf(job).entries()) {
      const directory = join(options.directory, `${name}-${index}`);
      const run = await runJob(job, { ...options, name, directory, contexts: { ...contexts, matrix } });
      jobs.push(run.end);
      needs[name] = { result: run.end.result, outputs: run.outputs };
    }
  }
  return { ok: jobs.every(({ result }) => result !== "failure"), jobs };
}

function contextsOf(options: WorkflowOptions, workflow: Workflow, more: Contexts): Contexts {
  const { repository, vars, github } = options;
  const known = { ...github, repository: repository.name, repository_id: repository.id, workflow: workflow.name ?? "" };
  return { github: known, vars, secrets: {}, env: workflow.env ?? {}, matrix: {}, ...more };
}

type InJob = WorkflowOptions & { name: string; contexts: Contexts };

async function runJob(job: WorkflowJob, options: InJob): Promise<{ end: JobEnd; outputs: Record<string, string> }> {
  const { directory, name } = options;
  options.onJob?.([name, ...Object.values(options.contexts.matrix as Record<string, string>)].join(", "));
  const workspace = join(directory, "workspace");
  await mkdir(workspace, { recursive: true });
  for (const [path, text] of Object.entries(options.files ?? {})) await writeFile(join(workspace, path), text);
  const environment = typeof job.environment === "object" ? job.environment.name : job.environment;
  const steps: Record<string, { outcome: string; outputs: Record<string, string> }> = {};
  const ends: StepEnd[] = [];
  const posts: Job[] = [];
  let status: JobStatus = "success";
  for (const [index, step] of job.steps.entries()) {
    const contexts = { ...options.contexts, steps, job: { status } };
    const title = interpolate(step.name ?? ("uses" in step ? step.uses : step.run.split("\n")[0]!), contexts, status);
    if (!holds(step.if, contexts, status)) {
      ends.push({ step: title, outcome: "skipped", outputs: {} });
      continue;
    }
    options.signal?.throwIfAborted();
    options.onStep?.(title);
    const at = { ...options, contexts, status, environment, workspace, directory: join(directory, String(index)) };
    const { code, outputs, post } = await runStep(step, at);
    if (post) posts.unshift(post);
    const outcome = code === 0 ? "success" : "failure";
    if (step.id) steps[step.id] = { outcome, outputs };
    ends.push({ step: title, outcome, outputs });
    if (code !== 0) status = "failure";
  }
  if (posts.length > 0) options.onStep?.("After the job");
  for (const post of posts) await post.post();
  const contexts = { ...options.contexts, steps };
  const outputs = Object.entries(job.outputs ?? {}).map(([key, value]) => [key, interpolate(value, contexts)]);
  return { end: { job: name, result: status, steps: ends }, outputs: Object.fromEntries(outputs) };
}

type InStep = InJob & { status: JobStatus; environment: string | undefined; workspace: string };
type StepRun = { code: number; outputs: Record<string, string>; post?: Job };

async function runStep(step: WorkflowStep, at: InStep): Promise<StepRun> {
  const { contexts, status, directory, onLine } = at;
  await mkdir(directory, { recursive: true });
  const inTexts = (values: Record<string, unknown> = {}) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, interpolate(String(value), contexts, status)]),
    );
  if ("run" in step) return runScript(interpolate(step.run, contexts, status), { ...at, env: inTexts(step.env) });
  if (!isOurs(step)) {
    onLine(`left out: ${step.uses} is somebody else's`);
    return { code: 0, outputs: {} };
  }
  const job = await prepareJob({
    action: at.action,
    directory,
    inputs: inTexts(step.with),
    idTokenUrl: at.idTokenUrl(at.environment),
    repository: at.repository,
    token: at.github.token,
    environment: {
      GITHUB_RUN_ID: at.github.run_id,
      GITHUB_JOB: at.name,
      GITHUB_ACTION: step.id ?? "__intermission",
      GITHUB_SHA: at.github.sha,
      GITHUB_REF: at.github.ref,
      GITHUB_ACTOR: at.github.actor,
      ...(at.githubApi && { GITHUB_API_URL: at.githubApi }),
      ...inTexts(step.env),
    },
    onLine,
  });
  const kill = () => void job.kill();
  at.signal?.addEventListener("abort", kill, { once: true });
  const code = await job.main();
  at.signal?.removeEventListener("abort", kill);
  return { code, outputs: await job.outputs(), post: job };
}

async function runScript(script: string, at: InStep & { env: Record<string, string> }): Promise<StepRun> {
  const output = join(at.directory, "output");
  await writeFile(output, "");
  const { code, text } = await bash(script, {
    cwd: at.workspace,
    env: {
      PATH: process.env.PATH,
      CI: "true",
      GITHUB_OUTPUT: output,
      GITHUB_REF: at.github.ref,
      GITHUB_REF_NAME: at.github.ref_name,
      ...at.env,
    },
  });
  for (const line of text.split("\n").filter(Boolean)) at.onLine(line);
  const written = await readFile(output, "utf8");
  const plain = [...written.matchAll(/^([\w-]+)=(.*)$/gm)].map(([, key, value]) => [key, value]);
  return { code, outputs: { ...Object.fromEntries(plain), ...parseEnvironmentFile(written) } };
}

/** As the runner starts the scripts of a step that names no shell. */
const bash = (script: string, options: { cwd: string; env: NodeJS.ProcessEnv }) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    execFile("bash", ["--noprofile", "--norc", "-e", "-c", script], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr }),
    );
  });
