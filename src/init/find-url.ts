import { type Door, nameOfDoor, valuesOf } from "../procedures/doors.ts";
import { presets } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Choice } from "./found.ts";
import type { Survey } from "./survey.ts";

const DEFAULT_PORTS: Record<string, number> = { HTTP: 80, HTTPS: 443 };

type Candidate = { url: string; because: string };

/** How users reach the application, as far as listeners and rules say. */
export function findUrl({ doors, loadBalancers, targetGroups }: Survey, app: Target["app"]): Choice<string> {
  const https = doors.filter(({ listener }) => listener.protocol === "HTTPS");
  const path = publicPathOf(targetGroups, app);
  const found = (https.length ? https : doors).flatMap((door) => candidatesOf(door, loadBalancers, path));
  const urls = [...new Set(found.map(({ url }) => url))];
  const [first, second] = urls;
  if (first && !second) return { value: first, because: found[0]!.because };
  if (second)
    return { choices: urls, because: `there are several ways in: ${found.map(({ because }) => because).join("; ")}` };
  if (doors.length === 0)
    return {
      choices: [],
      because: "no listener of a load balancer leads to these services by a rule that can be read",
    };
  return {
    choices: [],
    because: `${doors.map(nameOfDoor).join("; ")} ${doors.length === 1 ? "names" : "name"} no host, and what the certificates name was not asked`,
  };
}

function candidatesOf({ listener, rule }: Door, loadBalancers: Survey["loadBalancers"], path: string): Candidate[] {
  const { protocol, port } = listener;
  const conditions = rule.conditions.filter(({ Field }) => Field === "host-header");
  const at = port === DEFAULT_PORTS[protocol] ? "" : `:${port}`;
  const balancer = loadBalancers.find(({ arn }) => arn === listener.loadBalancerArn);
  const where = `${nameOfDoor({ listener, rule })} of load balancer ${balancer?.name ?? listener.loadBalancerArn}`;
  const hosts = conditions.flatMap(valuesOf).filter((host) => /^[a-z0-9.-]+$/i.test(host));
  if (hosts.length)
    return hosts.map((host) => ({
      url: `${protocol.toLowerCase()}://${host.toLowerCase()}${at}${path}`,
      because: `${where} asks for the host ${host}`,
    }));
  if (conditions.length || protocol !== "HTTP" || !balancer) return [];
  return [
    {
      url: `http://${balancer.dnsName.toLowerCase()}${at}${path}`,
      because: `${where} asks for no host, so this is the load balancer's own name`,
    },
  ];
}

/** What the health checks ask before the preset's own path: the application lives below it. */
function publicPathOf(groups: Survey["targetGroups"], app: Target["app"]): string {
  if (app === "generic") return "";
  const { path } = presets[app].probes.ready;
  const prefixes = groups.flatMap(({ healthCheck }) =>
    healthCheck?.path.endsWith(path) ? [healthCheck.path.slice(0, -path.length)] : [],
  );
  return prefixes.length && new Set(prefixes).size === 1 ? prefixes[0]! : "";
}
