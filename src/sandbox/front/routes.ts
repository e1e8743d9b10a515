/** Who may pass a route before its function is asked. */
export type Authorizer = { kind: "none" } | { kind: "iam" } | { kind: "jwt"; issuer: string; audience: string[] };
/** `key` as API Gateway writes it: `$default`, `GET /health`, `ANY /live/{proxy+}`. */
export type HttpApiRoute = { key: string; authorizer: Authorizer; functionName: string };

/**
 * The route that takes a request: the most exact path first, then the greedy ones (`{proxy+}`), then `$default`; a method before `ANY`.
 * Undefined where none does, which API Gateway answers with 404.
 */
export function routeFor(
  routes: readonly HttpApiRoute[],
  { method, path }: { method: string; path: string },
): HttpApiRoute | undefined {
  const matching = routes.flatMap((route) => {
    const [verb = "", pattern] = route.key.split(" ");
    if (pattern === undefined) return [{ route, rank: 0 }];
    if ((verb !== "ANY" && verb !== method) || !pathPattern(pattern).test(path)) return [];
    return [{ route, rank: (pattern.includes("+}") ? 2 : pattern.includes("{") ? 4 : 6) + (verb === "ANY" ? 0 : 1) }];
  });
  return matching.toSorted((a, b) => b.rank - a.rank)[0]?.route;
}

const pathPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/(\{[^}]+\})/)
      .map((part) =>
        /\+\}$/.test(part) ? ".+" : part.startsWith("{") ? "[^/]+" : part.replace(/[.*+?^$()|[\]\\]/g, "\\$&"),
      )
      .join("")}$`,
  );
