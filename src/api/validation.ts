import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { type Finding, findingsOf } from "../targets/findings.ts";
import { ProblemError, problemDetail } from "./problem.ts";

type Validated = { target: string; data?: unknown } & ({ success: true } | { success: false; error: z.ZodError });

/** Turns all that the schemas of a route found wrong with one part of a request into one problem. */
export function refuseInvalid({ request }: Pick<RouteConfig, "request">) {
  const body = request?.body?.content["application/json"];
  const schemas: Record<string, unknown> = {
    query: request?.query,
    param: request?.params,
    json: body && "schema" in body ? body.schema : undefined,
  };
  return function refuseInvalidRequest(result: Validated): undefined {
    if (result.success) return;
    const schema = schemas[result.target];
    const found = findingsOf(result.error, schema instanceof z.ZodType ? schema : z.unknown(), result.data);
    if (result.target === "json") {
      throw new ProblemError("invalid-request", `The body has ${count(found)}.`, {
        extensions: { errors: found.map((wrong) => problemDetail({ pointer: pointer(wrong.path) }, wrong)) },
      });
    }
    const errors = found.map((wrong) => problemDetail({ parameter: String(wrong.path[0]) }, ofParameters(wrong)));
    const [code, what] =
      result.target === "header"
        ? (["idempotency-key-required", "headers have"] as const)
        : (["invalid-parameter", "parameters have"] as const);
    throw new ProblemError(code, `The ${what} ${count(found)}.`, { extensions: { errors } });
  };
}

/** A query has parameters where a body has keys. */
const ofParameters = ({ expected, found, hint }: Finding) => ({
  expected: expected.replace("no keys here", "no parameters").replace("of the keys", "of the parameters"),
  found: found.replace("unknown key", "unknown parameter"),
  hint,
});

const count = (found: Finding[]): string => (found.length === 1 ? "1 problem" : `${found.length} problems`);

/** RFC 6901. */
const pointer = (path: Finding["path"]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
