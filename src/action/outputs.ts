import { imageNow } from "../operations/infrastructure-as-code.ts";
import type { ActionsCore } from "./deps.ts";
import { type Outcome, operationOf, windowMs } from "./outcome.ts";

/** The outputs of action.yml, on success and on failure. What is not known is empty. */
export const outputNames = [
  "operation-id",
  "operation-url",
  "status",
  "site",
  "window-seconds",
  "snapshot",
  "version",
  "image",
  "receipt",
  "plan-ok",
  "plan",
] as const;
export type Outputs = Record<(typeof outputNames)[number], string>;

export function outputsOf(outcome: Outcome, operationUrl: string | undefined): Outputs {
  const operation = operationOf(outcome);
  const closedFor = operation && windowMs(operation);
  const plan = outcome.kind === "planned" ? outcome.plan : undefined;
  const receipt = outcome.kind === "over" ? outcome.receipt : undefined;
  return {
    "operation-id": operation?.id ?? "",
    "operation-url": operationUrl ?? "",
    status: operation?.status ?? "",
    site: operation?.site ?? "",
    "window-seconds": closedFor === undefined ? "" : (closedFor / 1_000).toFixed(1),
    snapshot: operation?.snapshot ?? "",
    version: operation?.verifiedVersion ?? "",
    image: (operation?.status === "succeeded" && imageNow(operation)) || "",
    receipt: receipt === undefined ? "" : JSON.stringify(receipt),
    "plan-ok": plan ? String(plan.ok) : "",
    plan: plan ? JSON.stringify(plan) : "",
  };
}

export function setOutputs(core: ActionsCore, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}
