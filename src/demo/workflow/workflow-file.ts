import { parse } from "yaml";
import { z } from "zod";
import { findings } from "../../targets/findings.ts";

/** What is read of a workflow file. That it is a good one, actionlint says. */
export type Workflow = {
  name?: string;
  on: { workflow_dispatch?: { inputs?: Record<string, { default?: string; options?: string[] }> } };
  env?: Record<string, string>;
  jobs: Record<string, WorkflowJob>;
};
export type WorkflowJob = {
  needs?: string | string[];
  if?: string;
  environment?: string | { name: string };
  env?: Record<string, string>;
  strategy?: { matrix?: Record<string, string[]> };
  outputs?: Record<string, string>;
  steps: WorkflowStep[];
};
export type WorkflowStep = {
  id?: string;
  name?: string;
  if?: string;
  env?: Record<string, string>;
} & ({ uses: string; with?: Record<string, unknown> } | { run: string });

const scalar = z.union([z.string(), z.number(), z.boolean()], "expected a text").transform(String);
const texts = z.record(z.string(), scalar);
const stepSchema = z
  .looseObject({
    id: scalar.optional(),
    name: scalar.optional(),
    if: scalar.optional(),
    env: texts.optional(),
    uses: z.string().min(1).optional(),
    run: z.string().min(1).optional(),
    with: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), "expected either `uses` or `run`");
const jobSchema = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())], "expected the name of a job, or a list of them").optional(),
  if: scalar.optional(),
  environment: z
    .union([z.string(), z.looseObject({ name: z.string() })], "expected the name of an environment")
    .optional(),
  env: texts.optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.array(scalar)).optional() }).optional(),
  outputs: texts.optional(),
  /** A job that calls another workflow has none. */
  steps: z.array(stepSchema).default([]),
});
const inputSchema = z
  .looseObject({ default: scalar.nullish(), options: z.array(scalar).optional() })
  .nullable()
  .transform((input) => input ?? {});
const dispatch = z.looseObject({ inputs: z.record(z.string(), inputSchema).nullish() }).nullish();
const workflowSchema = z.looseObject({
  name: scalar.optional(),
  on: z
    .unknown()
    .transform((on) => (typeof on === "object" && on !== null && !Array.isArray(on) ? on : {}))
    .pipe(z.looseObject({ workflow_dispatch: dispatch })),
  env: texts.optional(),
  jobs: z.record(z.string(), jobSchema),
});

/** Throws an Error that says everything that was expected where the text is no workflow. */
export function parseWorkflow(text: string): Workflow {
  const found: unknown = parse(text, { logLevel: "silent" });
  const { jobs } = (found ?? {}) as { jobs?: unknown };
  if (typeof jobs !== "object" || jobs === null || Object.keys(jobs).length === 0)
    throw new Error("expected a workflow with jobs, found none");
  const wrong = findings(workflowSchema, found);
  if (wrong.length > 0)
    throw new Error(
      wrong
        .map(
          ({ path, expected, found: seen }) => `${path.join(".") || "the file"}: expected ${expected}, found ${seen}`,
        )
        .join("\n"),
    );
  const workflow = workflowSchema.parse(found) as Workflow;
  inOrder(workflow);
  return workflow;
}

/** The jobs in an order in which each comes after those that it needs. */
export function inOrder({ jobs }: Workflow): [string, WorkflowJob][] {
  const order: [string, WorkflowJob][] = [];
  const left = new Map(Object.entries(jobs));
  while (left.size > 0) {
    const next = [...left].find(([, job]) => needsOf(job).every((name) => order.some(([done]) => done === name)));
    if (!next)
      throw new Error(
        `needs: expected jobs that are there and do not wait for each other, found ${[...left.keys()].join(", ")}`,
      );
    order.push(next);
    left.delete(next[0]);
  }
  return order;
}

export const needsOf = ({ needs = [] }: WorkflowJob): string[] => [needs].flat();

/** What a `workflow_dispatch` is given where nobody says otherwise: the default, or the first of the options. */
export const defaultInputs = ({ on }: Workflow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(on.workflow_dispatch?.inputs ?? {}).map(([name, input]) => [
      name,
      String(input.default ?? input.options?.[0] ?? ""),
    ]),
  );

/** Every combination of the matrix; one that is empty where there is none. */
export const legsOf = ({ strategy }: WorkflowJob): Record<string, string>[] =>
  Object.entries(strategy?.matrix ?? {}).reduce<Record<string, string>[]>(
    (legs, [name, values]) => legs.flatMap((leg) => values.map((value) => ({ ...leg, [name]: value }))),
    [{}],
  );

/** This action, under whatever name a workflow uses it. */
export const isOurs = (step: WorkflowStep): boolean =>
  "uses" in step && /^(\.\/?|[\w-]+\/intermission@\S+)$/.test(step.uses);
