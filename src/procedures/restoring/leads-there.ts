import type { Database } from "../../aws/rds-shapes.ts";
import type { Look } from "../../engine/workflow.ts";
import type { PhaseRun } from "../operation-run.ts";
import type { RestoreOptions } from "./names.ts";

/** Name servers are asked one after another, and each may have another answer. */
const IN_A_ROW = 5;

const keptName = ({ generation }: RestoreOptions): string => `addresses-before-g${generation}`;

/**
 * Where the names of the present database lead, kept for whoever has to find out later whether they lead elsewhere. Once it is renamed nobody
 * can tell any more, so what is kept stays.
 */
export const rememberAddresses = (op: PhaseRun, hosts: string[], options: RestoreOptions): Promise<void> =>
  op.step("where its names lead", async () => {
    const kept = await op.store.kept(op.id);
    if (kept[keptName(options)] === undefined)
      await op.store.keep(op.id, keptName(options), await addressesOf(op, hosts));
  });

/**
 * The names have passed to the restored database: each resolves, and to no address of the one that was put aside. A renamed database keeps its
 * address, and whoever has cached the name comes there for minutes.
 */
export async function namesLeadThere(
  op: PhaseRun,
  { restored, aside }: { restored: Database; aside?: () => Promise<Database | undefined> },
  options: RestoreOptions,
): Promise<void> {
  const hosts = restored.settings.addresses.map(({ address }) => address);
  const before = await op.step("where they led before", async () => (await op.store.kept(op.id))[keptName(options)]);
  const formerly = Array.isArray(before) ? (before as string[]) : [];
  let good = 0;
  const look = async (): Promise<Look<null>> => {
    const asideHosts = (await aside?.())?.addresses ?? [];
    const old = new Set([...(aside ? formerly : []), ...(await addressesOf(op, asideHosts))]);
    if (aside && old.size === 0) return { done: false, seen: "nobody knows yet where the one put aside is" };
    for (const host of hosts) {
      const found = await addressesOf(op, [host]);
      const stale = found.filter((address) => address !== host && old.has(address));
      if (found.length > 0 && stale.length === 0) continue;
      good = 0;
      const seen = stale.length ? `${host} still leads to ${stale.join(", ")}` : `${host} does not resolve`;
      await op.say(seen);
      return { done: false, seen };
    }
    good += 1;
    return good >= IN_A_ROW
      ? { done: true, result: null }
      : { done: false, seen: `so for ${good} of ${IN_A_ROW} looks` };
  };
  await op.poll(leadsTo(restored), look, { timeoutMs: op.target.timeouts.restore });
}

export const leadsTo = ({ identifier }: { identifier: string }): string =>
  `every address leads to the restored ${identifier}`;

/** None where a name does not resolve (yet). */
async function addressesOf({ resolveName }: Pick<PhaseRun, "resolveName">, hosts: string[]): Promise<string[]> {
  const found = await Promise.all(hosts.map((host) => resolveName(host).catch(() => [])));
  return [...new Set(found.flat())].toSorted();
}
