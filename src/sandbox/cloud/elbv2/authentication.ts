import type { RequestHead } from "../../substrate/network.ts";
import type { Elb, Guard } from "./model.ts";

type Session = {
  type: "authenticate-oidc" | "authenticate-cognito";
  endpoint: string;
  clientId: string;
  SessionCookieName: string;
  Scope: string;
  OnUnauthenticatedRequest: "deny" | "allow" | "authenticate";
  AuthenticationRequestExtraParams: Record<string, string>;
};

/**
 * Sends whoever has no session to the identity provider. The sandbox has no identity provider that would send them back, so a request counts as
 * signed in as soon as it carries the session cookie, whatever its value.
 */
export function demandSession({ world }: Pick<Elb, "world">, session: Session): Guard {
  const { type, endpoint, clientId, OnUnauthenticatedRequest } = session;
  return {
    type,
    refuse(request) {
      if (OnUnauthenticatedRequest === "allow" || hasCookie(request, `${session.SessionCookieName}-0`))
        return undefined;
      if (OnUnauthenticatedRequest === "deny") return { status: 401 };
      const location = new URL(endpoint);
      const parameters = {
        client_id: clientId,
        redirect_uri: `https://${request.host}/oauth2/idpresponse`,
        response_type: "code",
        scope: session.Scope,
        state: world.ids.hex(32),
        ...session.AuthenticationRequestExtraParams,
      };
      for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
      return { redirectTo: location.href };
    },
  };
}

const hasCookie = ({ headers }: RequestHead, name: string): boolean =>
  (headers.cookie ?? []).some((header) => header.split(/;\s*/).some((pair) => pair.startsWith(`${name}=`)));
