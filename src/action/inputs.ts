import type { z } from "zod";
import type { OperationRequest } from "../operations/operation.ts";
import { didYouMean } from "../targets/did-you-mean.ts";
import { type InputName, inputNames, inputsSchema, type ProcedureInput, procedureInputs } from "./inputs-schema.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export type Inputs = {
  apiUrl: string;
  target: string;
  audience: string;
  wait: boolean;
  timeoutMs: number;
  work: Work;
};
/** What the step was asked to do. */
export type Work =
  | { procedure: "upgrade"; request: OperationRequest; idempotencyKey: string }
  | { procedure: "plan"; request: OperationRequest }
  | { procedure: "status"; operationId: string };

/** Inputs that some procedures need, and that all the others refuse. Inputs with a default are given always, so nobody can refuse them. */
const needs: Record<ProcedureInput, { required: InputName[]; optional: InputName[] }> = {
  upgrade: {
    required: ["image"],
    optional: ["expected-version", "not-before", "must-open-by", "comment", "idempotency-key"],
  },
  plan: { required: ["image"], optional: ["expected-version", "not-before", "must-open-by", "comment"] },
  status: { required: ["operation-id"], optional: [] },
};
const conditional = new Set(Object.values(needs).flatMap((need) => [...need.required, ...need.optional]));

export type ReadInputs = { ok: true; inputs: Inputs } | { ok: false; problems: string[] };

/** The runner hands the input `api-url` over as `INPUT_API-URL`. An empty input counts as not given, as everywhere on GitHub. */
export function readInputs(env: NodeJS.ProcessEnv, workflowRun: WorkflowRun): ReadInputs {
  const given = new Map<string, string>();
  for (const [variable, value] of Object.entries(env)) {
    if (variable.startsWith("INPUT_") && value?.trim())
      given.set(variable.slice("INPUT_".length).toLowerCase(), value.trim());
  }

  const known = new Set<string>(inputNames);
  const parsed = inputsSchema.safeParse(Object.fromEntries([...given].filter(([name]) => known.has(name))));
  const problems = [
    ...[...given.keys()].filter((name) => !known.has(name)).map(unknownInput),
    ...(parsed.error?.issues ?? []).map((issue) => describe(String(issue.path[0]), issue.message, given)),
    ...problemsOfProcedure(given),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };

  const work = workOf(parsed.data, workflowRun);
  if (!work) return { ok: false, problems: ["idempotency-key: expected a value, since GITHUB_RUN_ID is not set"] };
  const { "api-url": apiUrl, target, audience, wait, timeout: timeoutMs } = parsed.data;
  return { ok: true, inputs: { apiUrl, target, audience, wait, timeoutMs, work } };
}

/** Undefined where no idempotency key was given and none can be derived. */
function workOf(values: z.output<typeof inputsSchema>, run: WorkflowRun): Work | undefined {
  const { procedure, target, image = "", snapshot, comment } = values;
  const request: OperationRequest = {
    procedure: "upgrade",
    image,
    expectedVersion: values["expected-version"],
    snapshot,
    notBefore: values["not-before"],
    mustOpenBy: values["must-open-by"],
    comment,
  };
  switch (procedure) {
    case "upgrade": {
      const idempotencyKey = values["idempotency-key"] ?? defaultKey(run, target);
      return idempotencyKey === undefined ? undefined : { procedure, request, idempotencyKey };
    }
    case "plan":
      return { procedure, request };
    case "status":
      return { procedure, operationId: values["operation-id"] ?? "" };
  }
}

function problemsOfProcedure(given: ReadonlyMap<string, string>): string[] {
  const procedure = given.get("procedure") ?? "upgrade";
  if (!isProcedure(procedure)) return [];
  const { required, optional } = needs[procedure];
  return [
    ...required.filter((name) => !given.has(name)).map((name) => `${name}: required by procedure ${procedure}`),
    ...[...conditional]
      .filter((name) => given.has(name) && !required.includes(name) && !optional.includes(name))
      .map((name) => `${name}: not used by procedure ${procedure}, so it must not be given`),
  ];
}

const isProcedure = (text: string): text is ProcedureInput => (procedureInputs as readonly string[]).includes(text);

function describe(name: string, message: string, given: ReadonlyMap<string, string>): string {
  const value = given.get(name);
  // A URL with a password in it must not be repeated in a log.
  return value === undefined || value.includes("@")
    ? `${name}: ${message}`
    : `${name}: ${message}, found ${JSON.stringify(value)}`;
}

function unknownInput(name: string): string {
  const meant = didYouMean(name, inputNames);
  return `${name}: no such input${meant ? `; did you mean ${meant}?` : `, expected one of ${inputNames.join(", ")}`}`;
}

/** The legs of a matrix share job and step: the target keeps them apart. */
function defaultKey(run: WorkflowRun, target: string): string | undefined {
  if (!run.runId) return undefined;
  return [run.repositoryId ?? "", run.runId, run.runAttempt ?? "1", run.job ?? "", run.action ?? "", target]
    .map((part) => part.replace(/[^\x21-\x7e]/g, "_"))
    .join(":");
}
