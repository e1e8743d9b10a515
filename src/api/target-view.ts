import type { OperationStore } from "../operations/store.ts";
import type { Target } from "../targets/schema.ts";
import { operationHref, type TargetSummary } from "./schemas.ts";

export async function targetSummary(target: Target, store: OperationStore): Promise<TargetSummary> {
  const holder = await store.lockHolder(target.name);
  return {
    name: target.name,
    app: target.app,
    url: target.url,
    ...(target.frozen !== undefined && { frozen: target.frozen }),
    ...(holder !== undefined && { heldBy: { id: holder, href: operationHref(holder) } }),
    href: `/v1/targets/${target.name}`,
  };
}
