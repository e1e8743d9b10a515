import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../command-line/run-command.ts";
import type { Bundles } from "../../sandbox/bundles.ts";
import { readyText } from "../../sandbox/ready.ts";
import { createActionLog } from "../action-log.ts";
import { setStage } from "../stage.ts";
import type { Terminal } from "../terminal.ts";
import type { WorkflowCommand } from "./command.ts";
import { runWorkflow } from "./run-workflow.ts";
import { defaultInputs, isOurs, parseWorkflow, type Workflow } from "./workflow-file.ts";

type Options = { root: string; bundles: Bundles; command: WorkflowCommand; terminal: Terminal; signal: AbortSignal };

const REPOSITORY = { name: "acme/noticeboard", id: "123456" };
const IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/noticeboard";

/** Runs a workflow file on the noticeboard's sandbox, and shows what its steps say. Answers the exit code. */
export async function runOnTheSandbox({ root, bundles, command, terminal, signal }: Options): Promise<0 | 1> {
  const { print, paint } = terminal;
  const workflow = await readWorkflow(command.file);
  refuseUnknownInputs(workflow, command);
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "intermission-workflow-"));
  print(paint("bold", "A local AWS, with three nodes of the noticeboard 1.4.2"));
  const stage = await setStage({ root, bundles, terminal, signal, functionsLog: join(directory, "functions.log") });
  cleanup.defer(() => stage.close());
  const { sandbox, target } = stage;

  const others = jobsWithoutUs(workflow);
  const digest = sandbox.services.images.resolve(`${IMAGE}:2.0.0`)!.digest;
  const log = createActionLog(terminal);
  const { ok, jobs } = await runWorkflow({
    file: command.file,
    action: root,
    directory,
    github: {
      actor: "you",
      ref: command.ref,
      ref_name: command.ref.replace(/^refs\/[^/]+\//, ""),
      sha: "0".repeat(40),
      token: "",
      run_id: "1",
    },
    repository: REPOSITORY,
    inputs: command.inputs,
    files: command.files,
    vars: {
      INTERMISSION_API_URL: sandbox.api.github,
      INTERMISSION_TARGET: target.name,
      SITE_URL: sandbox.targets[target.name]!.url,
      ECR_REPOSITORY: IMAGE,
      NEXT_VERSION: "2.0.0",
      ...command.vars,
    },
    done: Object.fromEntries(others.map((name) => [name, { digest, ...command.outputs[name] }])),
    idTokenUrl: (environment) =>
      `${sandbox.oidc.requestUrl}&repository=${REPOSITORY.name}${environment ? `&environment=${environment}` : ""}`,
    signal,
    onJob: (title) => print(`\n${paint(["bold", "inverse"], ` ${title} `)}`),
    onStep: (title) => print(`\n${paint("bold", `▸ ${title}`)}`),
    onLine: (line) => log.line(line),
  });

  print();
  print(paint("bold", `${command.file} has ended`));
  for (const { job, result, steps } of jobs) {
    print(`  ${job}: ${result}`);
    for (const { step, outcome } of steps) print(paint("dim", `    ${outcome.padEnd(7)}  ${step}`));
  }
  for (const name of others) print(paint("dim", `  ${name}: taken for done`));
  print(paint("dim", `  summaries and outputs: ${directory}`));
  if (command.keep) {
    print(readyText(sandbox, stage.seed));
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  return ok ? 0 : 1;
}

/** Jobs without a step of this action: they build and push, which nobody can do here. */
const jobsWithoutUs = ({ jobs }: Workflow): string[] =>
  Object.entries(jobs).flatMap(([name, { steps }]) => (steps.some(isOurs) ? [] : [name]));

async function readWorkflow(file: string): Promise<Workflow> {
  try {
    return parseWorkflow(await readFile(file, "utf8"));
  } catch (error) {
    throw new Refusal(`${file}: ${(error as Error).message}`);
  }
}

function refuseUnknownInputs(workflow: Workflow, { file, inputs }: WorkflowCommand): void {
  const known = Object.keys(defaultInputs(workflow));
  const unknown = Object.keys(inputs).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Refusal(`--input: ${file} takes ${known.join(", ") || "no inputs"}, found ${unknown.join(", ")}`);
}
