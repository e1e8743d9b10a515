import { parse } from "yaml";

/** What is read of a workflow file. That it is a good one, actionlint says. */
export type Workflow = {
  name?: string;
  on: { workflow_dispatch?: { inputs?: Record<string, { default?: string | boolean; options?: string[] }> } };
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

/** Throws an Error that says what was expected where the text is no workflow. */
export function parseWorkflow(text: string): Workflow {
  const found = parse(text) as Partial<Workflow> | null;
  if (typeof found?.jobs !== "object" || found.jobs === null)
    throw new Error("expected a workflow with jobs, found none");
  return { ...found, on: found.on ?? {}, jobs: found.jobs };
}

/** The jobs in an order in which each comes after those that it needs. */
export function inOrder({ jobs }: Workflow): [string, WorkflowJob][] {
  const order: [string, WorkflowJob][] = [];
  const left = new Map(Object.entries(jobs));
  while (left.size > 0) {
    const next = [...left].find(([, job]) => needsOf(job).every((name) => order.some(([done]) => done === name)));
    if (!next)
      throw new Error(`jobs that wait for each other, or for none that is there: ${[...left.keys()].join(", ")}`);
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
