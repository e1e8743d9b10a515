import type { HttpAnswer } from "../targets/http.ts";
import type { Wrong } from "./in-a-row.ts";

/** Who answered instead of the application, where that can be told: a redirect, or a firewall. */
export function instead(answer: HttpAnswer): Wrong | undefined {
  const { status, headers } = answer;
  return status >= 300 && status < 400 && headers.location
    ? { wrong: `${status} to ${headers.location}`, cause: "redirect" }
    : refusedByFirewall(answer);
}

/** Of its own a load balancer answers 403 only where AWS WAF refuses a request, before it looks at any rule: the page could not be seen there. */
export const refusedByFirewall = ({ status, headers }: HttpAnswer): Wrong | undefined =>
  status === 403 && isLoadBalancersOwn({ headers })
    ? { wrong: "403 of AWS WAF, which answers before any rule of the listener", cause: "firewall" }
    : undefined;

/** A fixed response, an error page or a refusal, made by the load balancer itself: no node was asked. */
export const isLoadBalancersOwn = ({ headers }: Pick<HttpAnswer, "headers">): boolean =>
  headers.server?.startsWith("awselb") ?? false;
