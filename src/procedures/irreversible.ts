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
    ...(target.storage ? [FILES[target.storage]] : []),
    "Once the site is open again its data has new writes: restoring the snapshot would lose them",
    ...(restores
      ? [`The snapshot stays, and costs storage, until ${target.snapshot.keep} newer ones have succeeded`]
      : []),
  ];
}

/** Files on shared volumes, by what the target says of them. */
const FILES: Record<NonNullable<Target["storage"]>, string> = {
  unaffected:
    "Files on shared volumes stay as they are, also when the database is restored: the target says that no upgrade affects them",
  "app-restores":
    "Files on shared volumes are not restored with the database: the target says that the application puts them back by itself",
  mine: "Files on shared volumes are not restored with the database: back them up yourself before, and put them back yourself",
};
