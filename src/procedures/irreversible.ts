import type { OperationRequest } from "../operations/operation.ts";
import { takesSnapshot } from "../operations/request-words.ts";
import type { Target } from "../targets/schema.ts";

/** What no failure and no decision takes back, in the order in which it happens. */
export function irreversibleIn(target: Target, request: OperationRequest): string[] {
  const restores = target.database !== "none" && takesSnapshot(request);
  const cutOff = `Requests that take longer than ${target.drain.seconds} s to end are cut off when the nodes stop, and so are open websockets`;
  const files = target.storage ? [FILES[target.storage]] : [];
  const snapshotStays = restores
    ? [`The snapshot stays, and costs storage, until ${target.snapshot.keep} newer ones have succeeded`]
    : [];
  switch (request.procedure) {
    case "upgrade": {
      const goesBack = restores && (request.onFailure ?? target.onFailure) === "rollback";
      return [
        cutOff,
        goesBack
          ? "From the start of the leader on, the old version may not run on this data: a failure restores the snapshot first, which takes longer than the window itself"
          : "From the start of the leader on, the old version may not run on this data: a failure holds the page until a person decides",
        restores
          ? "What the migration does to the data, only restoring the snapshot of the window takes back"
          : "What the migration does to the data, nothing takes back: there is no snapshot",
        ...files,
        "Once the site is open again its data has new writes: restoring the snapshot would lose them",
        ...snapshotStays,
      ];
    }
    case "first-start":
      return [
        restores
          ? "What the first node installs, only restoring the snapshot of the empty database takes back"
          : "What the first node installs, nothing takes back: there is no snapshot",
        ...snapshotStays,
      ];
    case "maintenance":
      return [
        ...(request.traffic === "closed"
          ? [cutOff]
          : ["What users write during the work is not in the snapshot: restoring it would lose that"]),
        restores
          ? "What is done to the data during the work, only restoring the snapshot takes back"
          : "What is done to the data during the work, nothing takes back: there is no snapshot",
        ...files,
        ...snapshotStays,
      ];
    case "rollback":
      return [
        cutOff,
        "What was written since the operation that is taken back is only in the present database, which is kept beside the restored one and fenced: nothing brings it over",
        "The restored database is another to AWS (DbiResourceId): what names the present one by more than its address does not follow",
        ...files,
      ];
  }
}

/** Files on shared volumes, by what the target says of them. */
const FILES: Record<NonNullable<Target["storage"]>, string> = {
  unaffected:
    "Files on shared volumes stay as they are, also when the database is restored: the target says that no upgrade affects them",
  "app-restores":
    "Files on shared volumes are not restored with the database: the target says that the application puts them back by itself",
  mine: "Files on shared volumes are not restored with the database: back them up yourself before, and put them back yourself",
};
