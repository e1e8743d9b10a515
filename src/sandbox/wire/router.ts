import { wireError } from "./errors.ts";
import type { Mount } from "./handlers.ts";
import { asBuffer, type WireRequest } from "./messages.ts";
import type { Operation, Route } from "./service.ts";

/** Which operation a request asks for. `operation` is absent where the service has none of that name. */
export type Call = {
  mount: Mount;
  name: string;
  operation?: Operation;
  /** What a REST path's labels hold, decoded. */
  labels: Record<string, string>;
  /** awsQuery only. */
  form?: URLSearchParams;
};

/** Finds the call in a request: undefined where no mounted service claims it. */
export function createRouter(mounts: Mount[]): (request: WireRequest) => Call | undefined {
  const restRoutes = mounts
    .flatMap((mount) => [...mount.service.operations.values()].map((operation) => ({ mount, operation })))
    .flatMap(({ mount, operation }) => (operation.route ? [{ mount, operation, route: operation.route }] : []))
    .sort((a, b) => specificity(b.route) - specificity(a.route));
  const byName = (mount: Mount | undefined, name: string, form?: URLSearchParams): Call | undefined =>
    mount && { mount, operation: mount.service.operations.get(name), name, labels: {}, form };

  return (request) => {
    const target = request.headers["x-amz-target"];
    if (target) {
      const [prefix, name = ""] = target.split(".");
      return byName(
        mounts.find(({ service }) => service.protocol === "json" && service.target === prefix),
        name,
      );
    }
    if (isForm(request)) {
      const form = new URLSearchParams(asBuffer(request.body).toString());
      const version = form.get("Version");
      return byName(
        mounts.find(({ service }) => service.protocol === "query" && service.version === version),
        form.get("Action") ?? "",
        form,
      );
    }
    const query = new URLSearchParams(request.query);
    for (const { mount, operation, route } of restRoutes) {
      if (route.method !== request.method) continue;
      if (!route.literalQuery.every(([key, value]) => query.get(key) === value)) continue;
      const match = route.pattern.exec(request.path);
      if (!match) continue;
      const labels = Object.fromEntries(route.labels.map((label, i) => [label, decodeSegment(match[i + 1] ?? "")]));
      return { mount, operation, name: operation.name, labels };
    }
    return undefined;
  };
}

const isForm = ({ path, headers }: WireRequest) =>
  path === "/" && headers["content-type"]?.startsWith("application/x-www-form-urlencoded");

/** `?List=ALL` beats the same path without it; a literal segment beats a label. */
const specificity = ({ literalQuery, labels }: Route) => literalQuery.length * 10 - labels.length;

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw wireError("SerializationException", 400, `${segment} is not percent-encoded UTF-8`);
  }
}
