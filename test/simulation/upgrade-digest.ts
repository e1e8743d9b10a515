import { createHash } from "node:crypto";
import { inVirtualTime } from "../virtual-time.ts";
import { judgedUpgrade } from "./judged-upgrade.ts";

/** SHA-256 of everything that the cloud's event log tells of a short upgrade. */
export async function upgradeDigest(seed: number): Promise<string> {
  const { cloud } = await inVirtualTime(
    () =>
      judgedUpgrade({
        cloud: { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] },
        visitEveryMs: 2_000,
      }),
    { seed },
  );
  return createHash("sha256").update(JSON.stringify(cloud.world.log.after())).digest("hex");
}

if (import.meta.main) console.log(await upgradeDigest(Number(process.argv[2])));
