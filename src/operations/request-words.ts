import type { OperationRequest } from "./operation.ts";

/** What is asked for, such as `upgrade to registry/app:2.0.0`. */
export function wordsFor(request: OperationRequest): string {
  switch (request.procedure) {
    case "first-start":
      return "first start";
    case "upgrade":
      return `upgrade to ${request.image}`;
    case "maintenance":
      return request.traffic === "open" ? "maintenance on one node, with the site open" : "maintenance on one node";
    case "rollback":
      return `rollback of ${request.of}`;
  }
}

/** Whether visitors are served all the time. */
export const staysOpen = (request: OperationRequest): boolean =>
  request.procedure === "maintenance" && request.traffic === "open";

/** Whether the window takes a snapshot of what it finds. A rollback keeps the present data beside the restored. */
export const takesSnapshot = (request: OperationRequest): boolean =>
  request.procedure !== "rollback" && request.snapshot === "required";
