import { endpointOf } from "./hosts.ts";
import type { Database } from "./model.ts";
import type { Store } from "./store.ts";

/** Says what became of an instance or a cluster. */
export function record(
  store: Store,
  database: Database,
  change: "created" | "status" | "renamed" | "deleted",
  reason?: string,
): void {
  const { identifier, resourceId, status, generation, endpoints } = database;
  const own = endpointOf(store, database);
  const others = [...endpoints.open.keys()].filter((endpoint) => endpoint !== own);
  store.world.log.append({
    kind: "database",
    identifier,
    resourceId,
    change,
    status,
    generation,
    ...(endpoints.open.has(own) && { endpoint: own }),
    ...(others.length > 0 && { otherEndpoints: others }),
    ...(reason && { reason }),
  });
}
