import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";

/** `github`, `inputs`, `vars`, `steps` and so on, as JSON. */
export type Contexts = Record<string, unknown>;
/** How the job stands, which `success()`, `failure()`, `cancelled()` and `always()` ask. */
export type JobStatus = "success" | "failure" | "cancelled";

const STATUS_FUNCTION = /\b(success|failure|cancelled|always)\s*\(/;

/** A text with each `${{ … }}` in it evaluated, by GitHub's own evaluator. Throws where an expression is none. */
export const interpolate = (text: string, contexts: Contexts, status: JobStatus = "success"): string =>
  text.replace(/\$\{\{(.+?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts, status).coerceString());

/** Whether a job or a step runs: a condition that asks nothing about the status holds only as long as nothing failed. */
export function holds(condition: string | undefined, contexts: Contexts, status: JobStatus): boolean {
  const bare = (condition ?? "success()").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const expression = STATUS_FUNCTION.test(bare) ? bare : `success() && (${bare})`;
  return truthy(evaluate(expression, contexts, status));
}

function evaluate(expression: string, contexts: Contexts, status: JobStatus): data.ExpressionData {
  const functions = statusFunctions(status);
  const { tokens } = new Lexer(expression.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, known, new Map(functions.map((each) => [each.name, each]))).evaluate();
}

const statusFunctions = (status: JobStatus): FunctionDefinition[] =>
  Object.entries({
    success: status === "success",
    failure: status === "failure",
    cancelled: status === "cancelled",
    always: true,
  }).map(([name, value]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }));

function truthy(value: data.ExpressionData): boolean {
  switch (value.kind) {
    case data.Kind.Boolean:
    case data.Kind.Number:
    case data.Kind.String:
      return Boolean(value.value);
    case data.Kind.Null:
      return false;
    default:
      return true;
  }
}
