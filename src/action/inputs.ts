import { didYouMean } from "../targets/did-you-mean.ts";
import { type InputValues, inputNames, inputsSchema } from "./inputs-schema.ts";
import { problemsOfNeeds } from "./needs.ts";
import { type Work, workOf } from "./work.ts";
import type { WorkflowRun } from "./workflow-run.ts";

export type Inputs = {
  apiUrl: string;
  target: string;
  audience: string;
  /** When the step ends well: accepted, at any question, with the one node of a maintenance ready, or at the end. */
  until: "accepted" | "question" | "work" | "end";
  timeoutMs: number;
  onCancel: "detach" | "rollback";
  work: Work;
  environment?: string;
  deploymentId?: number;
  pullRequest?: number | "auto";
  githubToken?: string;
};

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
    ...problemsOfNeeds(given),
    ...contradictions(given),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };

  const work = workOf(parsed.data, workflowRun);
  if (!work) return { ok: false, problems: ["idempotency-key: expected a value, since GITHUB_RUN_ID is not set"] };
  return { ok: true, inputs: inputsOf(parsed.data, work) };
}

function inputsOf(values: InputValues, work: Work): Inputs {
  const { target, audience, timeout: timeoutMs, environment } = values;
  return {
    apiUrl: values["api-url"],
    ...{ target, audience, timeoutMs, work },
    until: untilOf(values),
    onCancel: values["on-cancel"],
    ...(environment !== undefined && { environment }),
    ...(values.deployment !== undefined && { deploymentId: values.deployment }),
    ...(values["pull-request"] !== undefined && { pullRequest: values["pull-request"] }),
    ...(values["github-token"] !== undefined && { githubToken: values["github-token"] }),
  };
}

function untilOf({ procedure, wait }: InputValues): Inputs["until"] {
  if (procedure === "maintenance-begin") return "work";
  return ({ true: "end", decision: "question", false: "accepted" } as const)[wait];
}

/** What cannot be together, each alone being right. */
function contradictions(given: ReadonlyMap<string, string>): string[] {
  const [procedure, decision] = [given.get("procedure"), given.get("decision")?.toLowerCase()];
  const [notBefore, mustOpenBy] = [given.get("not-before"), given.get("must-open-by")];
  const problems: string[] = [];
  if (given.get("traffic")?.toLowerCase() === "open" && given.get("otherwise")?.toLowerCase() === "rollback")
    problems.push(
      "otherwise: expected hold where traffic is open: what users write meanwhile is thrown away by nobody but a person who confirms it",
    );
  if (procedure === "maintenance-begin" && given.get("wait")?.toLowerCase() === "false")
    problems.push("wait: expected true or decision: maintenance-begin ends when the node is ready for the work");
  if (procedure === "maintenance-end" && decision === "cancel")
    problems.push("decision: expected proceed or rollback to end a maintenance; procedure decide can cancel");
  if (notBefore && mustOpenBy && Date.parse(mustOpenBy) <= Date.parse(notBefore))
    problems.push(`must-open-by: expected a time after not-before, ${notBefore}`);
  return problems;
}

/** What must not be in a log, whatever is wrong with it. */
const SECRET = new Set(["github-token"]);

function describe(name: string, message: string, given: ReadonlyMap<string, string>): string {
  const value = given.get(name);
  // A URL with a password in it must not be repeated in a log.
  return value === undefined || value.includes("@") || SECRET.has(name)
    ? `${name}: ${message}`
    : `${name}: ${message}, found ${JSON.stringify(value)}`;
}

function unknownInput(name: string): string {
  const meant = didYouMean(name, inputNames);
  return `${name}: no such input${meant ? `; did you mean ${meant}?` : `, expected one of ${inputNames.join(", ")}`}`;
}
