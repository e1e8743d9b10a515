import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { canBeSnapshotted, databaseOf } from "../procedures/database.ts";
import { asAssumed, differs, lookUntil, type Measurement, notMeasured } from "./measurement.ts";

/** The clocks of AWS and of whoever asks may be so far apart. */
const SKEW_MS = 1_000;

/** The time by which a snapshot is proven to be younger than the last write. */
export const snapshotClock: Measurement = {
  name: "snapshot-clock",
  asks: "Is the creation time of a snapshot that of its request, and how fine is it? How long does one take now?",
  assumes:
    "the time of the request, within a second: a snapshot is proven to be younger than the last node's end by it",
  does: "takes a snapshot of the database, waits until it is available, and deletes it",
  disturbs: "I/O of a database in a single zone pauses for a moment",
  async run(lab) {
    const { aws, clock, target } = lab;
    const ref = databaseOf(target);
    if (!ref) return notMeasured("the target has no database");
    const database = await aws.rds.database(ref);
    if (!database || !canBeSnapshotted(database))
      return notMeasured(`the database is ${database?.status ?? "gone"}, so no snapshot can be taken`);
    const identifier = `intermission-confirm-${lab.run}`;
    const before = clock.now();
    const taken = await lab.make({ kind: "snapshot", of: ref.kind, identifier }, () =>
      aws.rds.createSnapshot({
        of: ref,
        identifier,
        tags: { [OPERATION_TAG]: lab.run, [TARGET_TAG]: target.name, [ROLE_TAG]: "confirm" },
      }),
    );
    const after = clock.now();
    if (!taken) return notMeasured("the database takes no snapshot now: it backs up");
    const there = await lookUntil(lab, { everyMs: 1_000, withinMs: target.timeouts.snapshot }, async () => {
      const snapshot = await aws.rds.snapshot({ kind: ref.kind, identifier });
      return snapshot?.status === "available" ? snapshot : undefined;
    });
    if (!there) return notMeasured("the snapshot was not available within `timeouts.snapshot`");
    const at = there.requestedAt === undefined ? undefined : Date.parse(there.requestedAt);
    const measured = [
      { what: "until it was available", unit: "ms" as const, values: [clock.now() - before] },
      { what: "its time", seen: there.requestedAt ?? "none" },
      ...(at === undefined ? [] : [{ what: "after the request began", unit: "ms" as const, values: [at - before] }]),
    ];
    if (at === undefined)
      return differs("Report this: no snapshot of this engine can be proven to be young enough", measured);
    const isThen = at >= before - SKEW_MS && at <= after + SKEW_MS;
    const whole = at % 1_000 === 0 ? " It has whole seconds." : "";
    return isThen
      ? asAssumed(measured)
      : differs(
          `Report this: the time of a snapshot is not that of its request, so each back-up phase may wait or fail.${whole}`,
          measured,
        );
  },
};
