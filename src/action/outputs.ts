import { imageNow } from "../operations/infrastructure-as-code.ts";
import type { ActionsCore } from "./deps.ts";
import { type Outcome, operationOf, windowMs } from "./outcome.ts";

/** The outputs of action.yml, on success and on failure. What is not known is empty. */
export const outputNames = [
  "operation-id",
  "operation-url",
  "live-url",
  "status",
  "waiting-for",
  "site",
  "bypass-header",
  "window-seconds",
  "snapshot",
  "version",
  "image",
  "receipt",
  "deployment-id",
  "plan-ok",
  "plan",
] as const;
export type Outputs = Record<(typeof outputNames)[number], string>;

export type Links = { operationUrl?: string; liveUrl?: string; deploymentId?: string };

export function outputsOf(outcome: Outcome, { operationUrl, liveUrl, deploymentId }: Links): Outputs {
  const operation = operationOf(outcome);
  const closedFor = operation && windowMs(operation);
  const plan = outcome.kind === "planned" ? outcome.plan : undefined;
  const bypass = outcome.kind === "asked" ? outcome.bypass : undefined;
  const receipt = outcome.kind === "over" ? outcome.receipt : undefined;
  return {
    "operation-id": operation?.id ?? "",
    "operation-url": operationUrl ?? "",
    "live-url": liveUrl ?? "",
    status: operation?.status ?? "",
    "waiting-for": operation?.waitingFor?.for ?? "",
    site: operation?.site ?? "",
    "bypass-header": bypass ? `${bypass.header.name}: ${bypass.header.value}` : "",
    "window-seconds": closedFor === undefined ? "" : (closedFor / 1_000).toFixed(1),
    snapshot: operation?.snapshot ?? "",
    version: operation?.verifiedVersion ?? "",
    image: (operation?.status === "succeeded" && imageNow(operation)) || "",
    receipt: receipt === undefined ? "" : JSON.stringify(receipt),
    "deployment-id": deploymentId ?? "",
    "plan-ok": plan ? String(plan.ok) : "",
    plan: plan ? JSON.stringify(plan) : "",
  };
}

export function setOutputs(core: ActionsCore, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}
