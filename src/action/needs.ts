import {
  type InputName,
  type PlannedInput,
  type ProcedureInput,
  plannedInputs,
  procedureInputs,
} from "./inputs-schema.ts";

type Need = {
  required: readonly InputName[];
  optional: readonly InputName[];
  /** Exactly one of them. */
  oneOf?: readonly InputName[];
};

const whenAndWhy: readonly InputName[] = ["not-before", "must-open-by", "comment"];
const requests: Record<PlannedInput, Need> = {
  upgrade: {
    required: [],
    oneOf: ["image", "version"],
    optional: ["expected-version", "on-failure", "approval", ...whenAndWhy],
  },
  "first-start": { required: [], optional: ["counts", "even-if", "on-failure", ...whenAndWhy] },
  maintenance: { required: [], optional: ["within", "otherwise", "on-failure", ...whenAndWhy] },
  rollback: { required: ["operation-id"], optional: ["restore-mode", "discards-from", ...whenAndWhy] },
};
const started = (of: PlannedInput, ...more: InputName[]): Need => ({
  ...requests[of],
  optional: [...requests[of].optional, "idempotency-key", ...more],
});

/** What each procedure needs and takes. Inputs with a default in action.yml are given always, so nobody can refuse them. */
const needs: Record<Exclude<ProcedureInput, "plan">, Need> = {
  upgrade: started("upgrade", "environment", "deployment"),
  "first-start": started("first-start"),
  "maintenance-begin": started("maintenance"),
  "maintenance-end": { required: [], optional: ["operation-id", "decision", "discards-from", "data", "comment"] },
  rollback: started("rollback", "environment", "deployment"),
  decide: { required: ["operation-id", "decision"], optional: ["discards-from", "data", "comment", "deployment"] },
  restore: { required: ["operation-id"], optional: ["discards-from", "comment", "deployment"] },
  status: { required: ["operation-id"], optional: ["deployment"] },
};
const ofPlan = (of: PlannedInput): Need => ({
  ...requests[of],
  optional: [...requests[of].optional, "pull-request"],
});

const all = (need: Need): readonly InputName[] => [...need.required, ...(need.oneOf ?? []), ...need.optional];
const conditional = new Set([...Object.values(needs), ...plannedInputs.map(ofPlan)].flatMap(all));

/** What is missing for the procedure, and what it does not use. Says nothing of a procedure that does not exist. */
export function problemsOfNeeds(given: ReadonlyMap<string, string>): string[] {
  const procedure = given.get("procedure") ?? "upgrade";
  const planOf = given.get("plan-of") ?? "upgrade";
  if (!isOneOf(procedureInputs, procedure)) return [];
  if (procedure === "plan" && !isOneOf(plannedInputs, planOf)) return [];
  const need = procedure === "plan" ? ofPlan(planOf as PlannedInput) : needs[procedure];
  const who = procedure === "plan" ? `a plan of ${planOf}` : `procedure ${procedure}`;
  const missing = need.required.filter((name) => !given.has(name));
  const chosen = need.oneOf?.filter((name) => given.has(name)) ?? [];
  const unused = [...conditional].filter((name) => given.has(name) && !all(need).includes(name));
  return [
    ...missing.map((name) => `${name}: required by ${who}`),
    ...(need.oneOf && chosen.length === 0 ? [`${need.oneOf.join(" or ")}: one of them is required by ${who}`] : []),
    ...(chosen.length > 1 ? [`${chosen.join(" and ")}: expected one of them, found both`] : []),
    ...unused.map((name) => `${name}: not used by ${who}, so it must not be given`),
  ];
}

const isOneOf = <Value extends string>(values: readonly Value[], text: string): text is Value =>
  (values as readonly string[]).includes(text);
