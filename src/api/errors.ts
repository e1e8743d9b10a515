import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ApiEnv, Dependencies } from "./dependencies.ts";
import { ProblemError, problemFrom } from "./problem.ts";

/** Whatever ends a request becomes a problem; what should not have happened is logged with its stack. */
export function answerErrors({ log }: Pick<Dependencies, "log">): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const problem = problemFrom(error instanceof HTTPException ? fromFramework(error) : error);
    const requestId = c.get("requestId");
    c.set("problem", problem);
    if (problem.code === "internal" || problem.cause !== undefined) {
      const cause =
        problem.cause instanceof Error ? (problem.cause.stack ?? problem.cause.message) : String(problem.cause);
      log({ level: "error", message: problem.message, requestId, problem: problem.code, cause });
    }
    return problem.toResponse(requestId);
  };
}

/** What the router itself says about a body. */
function fromFramework(error: HTTPException): ProblemError {
  if (error.status === 415) return new ProblemError("wrong-content-type", "The body's content type is not JSON.");
  if (error.status === 400) return new ProblemError("invalid-json", "The body cannot be read as JSON.");
  return new ProblemError("internal", "The router failed.", { cause: error });
}

type Route = { method: string; path: string };

/** An address that answers other methods is told apart from one that does not exist. */
export function answerUnknownRoutes(routes: () => readonly Route[]): NotFoundHandler<ApiEnv> {
  return (c) => {
    const allowed = new Set(
      routes()
        .filter(({ method, path }) => method !== "ALL" && isPath(c.req.path, path))
        .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])),
    );
    const problem =
      allowed.size > 0
        ? new ProblemError("method-not-allowed", `${c.req.path} does not answer ${c.req.method}.`, {
            headers: { allow: [...allowed].join(", ") },
          })
        : new ProblemError("no-such-route", `There is nothing at ${c.req.path}.`);
    c.set("problem", problem);
    return problem.toResponse(c.get("requestId"));
  };
}

const isPath = (path: string, route: string): boolean => {
  const [given, wanted] = [path.split("/"), route.split("/")];
  return (
    given.length === wanted.length &&
    wanted.every((part, at) => part === given[at] || (part.startsWith(":") && given[at] !== ""))
  );
};
