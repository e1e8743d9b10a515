import type { Database } from "../../aws/rds-shapes.ts";
import { takesSnapshot } from "../../operations/request-words.ts";
import { didYouMean } from "../../targets/did-you-mean.ts";
import { asConfigured, canBeSnapshotted, databaseOf, nameOfDatabase } from "../database.ts";
import { meaningOf } from "../database-states.ts";
import { openWithin } from "../database-windows.ts";
import { type Check, type CheckInput, type Finding, fail, given, ok, warn } from "./check.ts";

const nameOf = ({ target }: CheckInput): string => {
  const wanted = databaseOf(target);
  return wanted ? nameOfDatabase(wanted) : "no database";
};

const SLACK_MS = 30 * 60_000;

/** Whether the database is there, and stays as it is while the site is closed. */
export const databaseChecks: Check[] = [
  {
    name: "database-is-available",
    looked: nameOf,
    expected: "an instance in no cluster or a cluster, available, in which a snapshot can be taken and nodes can write",
    find: (input) =>
      given(input.discovery.database, (database) => {
        if (!databaseOf(input.target))
          return warn(
            "the target has none: nothing is snapshotted, and nothing that an upgrade changes can be taken back",
            "Where it does have one on RDS, name it; a failure after the new version has started holds the page for you",
          );
        return database ? stateOf(input, database) : notThere(input);
      }),
  },
  {
    name: "database-stays-quiet",
    looked: ({ discovery }) =>
      `backup and maintenance windows until ${discovery.forecast.opensAt.slice(0, 16)}Z, and what waits for them`,
    expected:
      "neither opens while the site may be closed: a backup delays the snapshot, and maintenance may restart the database",
    find: ({ request, discovery }) =>
      given(discovery.database, (database) =>
        given(discovery.maintenance, (actions) => {
          if (!database) return ok("there is none");
          const at = whileAtIt(request, discovery.forecast);
          const backup = openWithin(database.backupWindow, at);
          const maintenance = openWithin(database.maintenanceWindow, at);
          const coming = [
            ...database.pendingSettings.map((setting) => `a change of ${setting}`),
            ...actions.map((action) => `${action.action} of ${action.of}`),
          ];
          const soon = actions.filter(
            (action) => action.at !== undefined && Date.parse(action.at) < Date.parse(at.at) + at.lookAheadMs,
          );
          const problems = [
            ...(backup ? [`its backup window is open ${inWords(backup)}`] : []),
            ...(maintenance
              ? [
                  `its maintenance window is open ${inWords(maintenance)}${coming.length ? `, for which ${coming.join(", ")} waits` : ""}`,
                ]
              : []),
            ...soon.map(({ action, of, at }) => `${action} of ${of} is planned for ${at}`),
          ];
          const waiting = coming.length ? `; waiting for ${database.maintenanceWindow}: ${coming.join(", ")}` : "";
          return problems.length
            ? warn(
                problems.join("; "),
                "Begin so that the window ends before, or move theirs (ModifyDBInstance, ModifyDBCluster)",
              )
            : ok(
                `backup ${database.backupWindow ?? "never"}, maintenance ${database.maintenanceWindow ?? "never"}${waiting}`,
              );
        }),
      ),
  },
];

/** From its beginning until the site is expected to be open again, and a little longer: forecasts are guesses. */
function whileAtIt(request: CheckInput["request"], { at, opensAt }: CheckInput["discovery"]["forecast"]) {
  const begins = request.notBefore ?? at;
  return { at: begins, lookAheadMs: Date.parse(opensAt) + SLACK_MS - Date.parse(begins) };
}

const inWords = ({ from, until }: { from: string; until: string }) =>
  `from ${from.slice(0, 16)} to ${until.slice(11, 16)} UTC`;

function notThere({ target, discovery }: CheckInput): Finding {
  const wanted = databaseOf(target)!;
  const all = discovery.databases.ok ? discovery.databases.value : [];
  const other = all.find(({ identifier, kind }) => identifier === wanted.identifier && kind !== wanted.kind);
  if (other)
    return fail(
      `it does not exist: ${wanted.identifier} is a${other.kind === "instance" ? "n" : ""} ${other.kind}`,
      `Write ${asConfigured(other)}`,
    );
  const usable = all.filter(({ memberOf }) => memberOf === undefined);
  const nearest = usable.find(
    ({ identifier }) =>
      identifier ===
      didYouMean(
        wanted.identifier,
        usable.map((each) => each.identifier),
      ),
  );
  const known =
    usable
      .map((each) => `${each.identifier} (${each.kind})`)
      .toSorted()
      .slice(0, 10)
      .join(", ") || "none";
  return fail(
    `it does not exist; the account has ${known}`,
    nearest
      ? `Did you mean ${asConfigured(nearest)}?`
      : "Correct `database` in the configuration, or look at the account and the Region",
  );
}

function stateOf({ request }: CheckInput, database: Database): Finding {
  const { engine, engineVersion, status, memberOf, replicaOf, globalCluster, minimumCapacity, members } = database;
  if (memberOf !== undefined)
    return fail(
      `it is a member of the cluster ${memberOf}, whose data it shows: no snapshot can be taken of it alone`,
      `Write ${asConfigured({ kind: "cluster", identifier: memberOf })}`,
    );
  if (replicaOf !== undefined)
    return fail(
      `it is a read replica of ${replicaOf}, in which nothing can migrate`,
      "Name the database that it is a replica of",
    );
  const busy = !canBeSnapshotted(database);
  const { passes, means, fix } = meaningOf(status);
  if (busy && !(passes && !takesSnapshot(request))) return fail(`${status}: ${means}`, fix);
  const writer = members.find((member) => member.writer);
  if (database.kind === "cluster" && writer?.status !== "available")
    return fail(
      writer
        ? `its writer ${writer.identifier} is ${writer.status}`
        : "it has no instance that writes: nothing answers at its endpoint",
      writer ? meaningOf(writer.status).fix : "Create an instance in the cluster (CreateDBInstance)",
    );
  const found = `${engine} ${engineVersion}, ${status}`;
  const unwell = members.filter((member) => member.status !== "available");
  const warnings: [string, string][] = [];
  if (request.procedure !== "rollback" && request.snapshot === "none")
    warnings.push(["the caller wants no snapshot", "Without one nothing can be restored"]);
  if (status === "storage-optimization")
    warnings.push([
      "it still optimises its storage, so it is slow",
      "Expect snapshot and migration to take longer, or wait",
    ]);
  if (unwell.length)
    warnings.push([
      unwell.map((member) => `${member.identifier} is ${member.status}`).join(", "),
      "Wait until every reader is available",
    ]);
  if (globalCluster !== undefined)
    warnings.push([
      `it is in the global database ${globalCluster}, whose other clusters follow the migration at once`,
      "A restored cluster is in no global database: after a rollback it has to be built again",
    ]);
  if (minimumCapacity === 0)
    warnings.push([
      "it may pause at 0 ACU while no node is connected: the leader's first connection then waits some 15 s or more",
      "Let the application wait that long for a connection, or set the least capacity to 0.5 ACU before",
    ]);
  return warnings.length
    ? warn([found, ...warnings.map(([what]) => what)].join("; "), warnings.map(([, then]) => then).join("; "))
    : ok(
        [
          found,
          ...(members.length
            ? [`writer ${writer?.identifier}, ${members.length - 1} ${members.length === 2 ? "reader" : "readers"}`]
            : []),
        ].join(", "),
      );
}
