import { OPERATION } from "./operator.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

/** What people ask of the one node past the page, with the header's value that the operation keeps for them. */
export async function askThroughTheBypass(
  cloud: SimulatedCloud,
  { id = OPERATION, ...request }: { id?: string; method?: string; path: string; body?: unknown },
) {
  const { prepared } = (await cloud.store.kept(id)) as { prepared: { bypassSecret: string } };
  const { hostname, port, host } = new URL([...cloud.configuration.targets.values()][0]!.url);
  const [address] = cloud.hosts.resolve(hostname);
  return cloud.hosts.send(address!, Number(port), {
    method: request.method ?? "GET",
    path: request.path,
    headers: { host, "x-intermission-bypass": prepared.bypassSecret },
    body: JSON.stringify(request.body),
    remoteAddress: "203.0.113.8",
  });
}
