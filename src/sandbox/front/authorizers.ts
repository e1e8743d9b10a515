import type { HttpApiRequest, RouteCaller } from "./http-api-event.ts";
import { iamAuthorizer } from "./iam-authorizer.ts";
import { jwtAuthorizer } from "./jwt-authorizer.ts";
import type { Authorizer } from "./routes.ts";

/** Finds out who asks, as the route wants it. Rejects whoever may not pass. */
export type Authorize = (authorizer: Authorizer, request: HttpApiRequest) => Promise<RouteCaller | undefined>;

type Options = Parameters<typeof iamAuthorizer>[0] & Partial<Parameters<typeof jwtAuthorizer>[0]>;

export function createAuthorizers({ fetch = globalThis.fetch, ...options }: Options): Authorize {
  const iam = iamAuthorizer(options);
  const jwt = jwtAuthorizer({ fetch });
  return async (authorizer, request) => {
    switch (authorizer.kind) {
      case "none":
        return undefined;
      case "iam":
        return { iam: await iam(request) };
      case "jwt":
        return { jwt: await jwt(authorizer, request) };
    }
  };
}
