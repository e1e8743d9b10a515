import { createHash } from "node:crypto";
import type { Network } from "../../substrate/network.ts";
import type { Database } from "./model.ts";

/** Which database each endpoint's name leads to in DNS, whether or not that answers or lets anybody in. */
export type Names = {
  /** From now on these names lead to the database, and no others. A name that another holds by its present identifier stays with that. */
  lead(database: Database, names: { host: string; own: boolean }[]): void;
};

export function createNames(network?: Pick<Network, "name">): Names {
  const holders = new Map<string, { resourceId: string; own: boolean }>();
  return {
    lead({ resourceId }, wanted) {
      for (const [host, holder] of holders)
        if (holder.resourceId === resourceId && !wanted.some((each) => each.host === host)) {
          holders.delete(host);
          network?.name(host, []);
        }
      for (const { host, own } of wanted) {
        const holder = holders.get(host);
        if (holder && holder.resourceId !== resourceId && !own) continue;
        holders.set(host, { resourceId, own });
        network?.name(host, [addressIn(resourceId)]);
      }
    },
  };
}

/** The address that a database has in its network, whatever its names are: a rename keeps it. */
function addressIn(resourceId: string): string {
  const [high = 0, low = 0] = createHash("sha256").update(resourceId).digest();
  return `10.32.${high}.${1 + (low % 254)}`;
}
