import type { SimulatedResponse } from "../../src/sandbox/substrate/simulated/hosts.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

export type CachingProxyOptions = {
  /** What users ask for. */
  name: string;
  port?: number;
  /** Where it comes in at the load balancer. */
  originPort?: number;
  /** How long an answer of 5xx is kept, whatever its headers say: CloudFront's error caching minimum TTL. */
  errorTtlMs?: number;
  /** How long any other answer to a GET is kept. */
  ttlMs?: number;
  /** The Host header it sends instead of the users'. */
  originHost?: string;
  /** Headers it adds for the load balancer. */
  originHeaders?: Record<string, string>;
  /** What it shows instead where a request comes from this address. */
  instead?: { remoteAddress: string; response: SimulatedResponse };
};

/**
 * A distribution like CloudFront between users and the noticeboard's load balancer. Keeps answers to GET alone, by path; where the load balancer answers
 * 5xx and it has a good answer that is too old, it goes on showing that.
 */
export function putProxyInFront(cloud: SimulatedCloud, options: CachingProxyOptions): void {
  const { name, port = 80, originPort = 8080, errorTtlMs = 10_000, ttlMs = 0, originHost, originHeaders } = options;
  const { hosts, values } = cloud;
  const { clock } = cloud.world;
  const kept = new Map<string, { at: number; response: SimulatedResponse }>();
  let turn = 0;
  const addresses = ["203.0.113.80", "203.0.113.81"];
  hosts.name(name, addresses);
  for (const address of addresses)
    hosts.listen(address, port, async (request) => {
      if (options.instead && request.remoteAddress === options.instead.remoteAddress) return options.instead.response;
      const found = request.method === "GET" ? kept.get(request.path) : undefined;
      const ageMs = found ? clock.now() - found.at : 0;
      if (found && ageMs < (found.response.status >= 500 ? errorTtlMs : ttlMs))
        return signed(found.response, { "x-cache": "Hit from cloudfront", age: String(Math.floor(ageMs / 1_000)) });

      const origins = hosts.resolve(values.loadBalancer.noticeboard!.dnsName);
      turn += 1;
      const response = await hosts.send(origins[turn % origins.length]!, originPort, {
        ...request,
        headers: { ...request.headers, ...originHeaders, ...(originHost && { host: originHost }) },
        remoteAddress: address,
      });
      const failed = response.status >= 500;
      if (failed && found && found.response.status < 500)
        return signed(found.response, { "x-cache": "Hit from cloudfront", age: String(Math.floor(ageMs / 1_000)) });
      if (request.method === "GET" && (failed || ttlMs > 0)) kept.set(request.path, { at: clock.now(), response });
      return signed(response, { "x-cache": failed ? "Error from cloudfront" : "Miss from cloudfront" });
    });
}

const signed = (response: SimulatedResponse, headers: Record<string, string>): SimulatedResponse => ({
  ...response,
  headers: {
    ...response.headers,
    via: "1.1 2c26b46b68ffc68ff99b453c1d304134.cloudfront.net (CloudFront)",
    "x-amz-cf-pop": "FRA56-P4",
    ...headers,
  },
});
