import { databaseOf } from "../procedures/database.ts";
import { asAssumed, differs, type Lab, lookUntil, type Measurement, notMeasured } from "./measurement.ts";

/** How a restored database takes the name of the present one. */
export const renameDatabase: Measurement = {
  name: "rename-database",
  asks: "How long does an instance take to get another name, and how long until that name leads to it?",
  assumes: "both within `timeouts.restore`; the new name's DNS within ten minutes",
  does: "gives the database's instance another name, waits until that leads to it, and gives it its own again",
  disturbs: "the application has no database for as long: twice a restart, and until the name is back in the DNS",
  onlyWhenNamed: true,
  async run(lab) {
    const { aws, clock, target } = lab;
    const ref = databaseOf(target);
    if (ref?.kind !== "instance") return notMeasured("the target's database is no instance by itself");
    const database = await aws.rds.database(ref);
    if (database?.status !== "available") return notMeasured(`the database is ${database?.status ?? "gone"}`);
    const from = ref.identifier;
    const to = `${from.slice(0, 50).replace(/-+$/, "")}-before-confirm`;
    const { resourceId } = database.settings;
    const change = { DBInstanceIdentifier: from, NewDBInstanceIdentifier: to, ApplyImmediately: true };
    const said = await lab.make({ kind: "name", from, to, resourceId }, () =>
      aws.rds.modifyDatabase("instance", change),
    );
    if (said !== "done") return notMeasured(`RDS refused the name: ${said}`);
    const since = clock.now();
    const there = await named(lab, { to, resourceId });
    if (there === undefined)
      return notMeasured("the instance was not available under its new name within `timeouts.restore`");
    const renamedMs = clock.now() - since;
    const resolvedMs = await lookUntil(lab, { everyMs: 1_000, withinMs: target.timeouts.restore }, () =>
      lab.resolveName(there).then(
        (addresses) => (addresses.length ? clock.now() - since : undefined),
        () => undefined,
      ),
    );
    const measured = [
      { what: "until it was available under the new name", unit: "ms" as const, values: [renamedMs] },
      {
        what: "until the new name was in the DNS",
        unit: "ms" as const,
        values: resolvedMs === undefined ? [] : [resolvedMs],
      },
    ];
    if (resolvedMs === undefined)
      return differs("Say `restore: { mode: repoint }`: the new name never led anywhere", measured);
    return resolvedMs > 10 * 60_000 + renamedMs
      ? differs(
          `Raise \`timeouts.restore\`, or say \`restore: { mode: repoint }\`: a name takes longer than ten minutes`,
          measured,
        )
      : asAssumed(measured);
  },
};

/** The address under the new name, once the instance is available. */
const named = (lab: Lab, { to, resourceId }: { to: string; resourceId: string }): Promise<string | undefined> =>
  lookUntil(lab, { everyMs: 1_000, withinMs: lab.target.timeouts.restore }, async () => {
    const now = await lab.aws.rds.databaseWithId({ kind: "instance", resourceId });
    return now?.identifier === to && now.status === "available" ? now.addresses[0] : undefined;
  });
