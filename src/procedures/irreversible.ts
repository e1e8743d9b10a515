import type { OperationRequest } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";

/** What no failure and no decision takes back, in the order in which it happens. */
export function irreversibleIn(target: Target, request: OperationRequest): string[] {
  const restores = target.database !== "none" && request.snapshot !== "none";
  return [
    `Requests that take longer than ${target.drain.seconds} s to end are cut off when the nodes stop, and so are open websockets`,
    "From the start of the leader on, the old version may not run on this data: a failure holds the page until a person decides",
    restores
      ? "What the migration does to the data, only restoring the snapshot of the window takes back"
      : "What the migration does to the data, nothing takes back: there is no snapshot",
    "Once the site is open again its data has new writes: restoring the snapshot would lose them",
    ...(restores
      ? [`The snapshot stays, and costs storage, until ${target.snapshot.keep} newer ones have succeeded`]
      : []),
  ];
}
