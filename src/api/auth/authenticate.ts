import type { MiddlewareHandler } from "hono";
import type { ApiEnv, Dependencies } from "../dependencies.ts";
import { ProblemError } from "../problem.ts";
import { type Caller, identityOf } from "./caller.ts";
import { iamPrincipal } from "./iam.ts";

/**
 * Finds out who is asking. Behind the operator endpoint API Gateway has verified the signature and says who signed; everywhere else the
 * caller brings a token. No header says anything about IAM: clients write headers.
 */
export function authenticate({ verifyToken }: Pick<Dependencies, "verifyToken">): MiddlewareHandler<ApiEnv> {
  return async function authenticateCaller(c, next) {
    const caller = await callerOf(c.env?.requestContext, c.req.header("authorization"));
    c.set("caller", caller);
    c.set("identity", identityOf(caller));
    await next();
  };

  async function callerOf(requestContext: unknown, authorization: string | undefined): Promise<Caller> {
    const principal = iamPrincipal(requestContext);
    if (principal) return { kind: "iam", principal };
    const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? "")?.[1];
    if (!token) {
      const detail = authorization
        ? "The authorization header carries no bearer token, and the request came through no endpoint that verifies signatures."
        : "There is no authorization header.";
      throw new ProblemError("unauthenticated", detail, { headers: { "www-authenticate": "Bearer" } });
    }
    return { kind: "github", claims: await verifyToken(token) };
  }
}
