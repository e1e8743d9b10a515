import type { Database } from "../../aws/rds-shapes.ts";
import type { RestoreMode } from "../../operations/operation.ts";
import { takesSnapshot } from "../../operations/request-words.ts";
import { type CheckInput, type Finding, fail, given, ok, warn } from "./check.ts";

type Asked = Pick<CheckInput, "target" | "request">;

export const modeOf = ({ target, request }: Asked): RestoreMode =>
  (request.procedure === "rollback" ? request.restore : undefined) ?? target.restore.mode;

/** Nobody is asked before a restore: it is what was asked for, or what a failure leads to by itself. */
export function isCertain({ target, request }: Asked): boolean {
  switch (request.procedure) {
    case "rollback":
      return true;
    case "maintenance":
      return request.otherwise === "rollback" || (request.onFailure ?? target.onFailure) === "rollback";
    case "upgrade":
    case "first-start":
      return (request.onFailure ?? target.onFailure) === "rollback";
  }
}

/** What stands in the way of a restore: a refusal where there is to be one, else that there could be none. */
export const certainly =
  (input: Asked) =>
  (found: string, fix: string): Finding =>
    isCertain(input) ? fail(found, fix) : warn(`${found}. A rollback would not be possible`, fix);

/** Judges a database that could be restored. */
export const judged = (input: CheckInput, judge: (database: Database) => Finding): Finding =>
  given(input.discovery.database, (database) => {
    if (!database) return ok("there is no database");
    const restores = input.request.procedure === "rollback" || takesSnapshot(input.request);
    return restores ? judge(database) : ok("without a snapshot nothing is restored");
  });

/** The same, but silent where no restore is possible anyway: one warning says enough. */
export const quietly = (input: CheckInput, judge: (database: Database) => Finding): Finding =>
  judged(input, (database) =>
    input.target.restore.fence === undefined && !isCertain(input)
      ? ok("not looked at: without restore.fence nothing is restored")
      : judge(database),
  );

/** What RDS, or nothing here, restores from a snapshot of its own. */
export function restorableOf({ engine, settings }: Database): { found: string; fix: string } | undefined {
  if (engine.startsWith("custom-"))
    return {
      found: `it is RDS Custom (${engine}), whose snapshots restore more than a database`,
      fix: "Restore by hand",
    };
  if (/^(docdb|neptune)/.test(engine)) return { found: `${engine} is not RDS's own`, fix: "Restore by hand" };
  if (settings.own.EngineMode === "serverless")
    return {
      found: "it is Aurora Serverless v1, which has no instances to create",
      fix: "Move it to v2, or restore by hand",
    };
  return undefined;
}
