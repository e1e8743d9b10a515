import { setTimeout as sleep } from "node:timers/promises";
import { ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import pg from "pg";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { stateOf } from "./evidence.ts";

const NAME = "noticeboard-db";
const MOST_MS = 20_000;

/** Where a database is: the noticeboard's own, or one that was put aside. */
export function urlOf(sandbox: Sandbox, identifier = NAME): string {
  const url = new URL(sandbox.values.database[NAME]!.url);
  const found = stateOf(sandbox).rds.instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier);
  const { Address } = (found?.Endpoint ?? {}) as { Address?: string };
  if (!Address) throw new Error(`expected a database ${identifier} with an address, found none`);
  url.hostname = Address;
  return url.href;
}

export async function isReachable(sandbox: Sandbox, identifier: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(sandbox, identifier), connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Gives a database that was put aside a security group that lets people in, so that somebody can look into it. */
export async function liftFence(sandbox: Sandbox, identifier: string): Promise<void> {
  const { url: endpoint, world, key: credentials } = sandbox.services;
  const rds = new RDSClient({ endpoint, region: world.region, credentials });
  try {
    await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        VpcSecurityGroupIds: ["sg-0default"],
        ApplyImmediately: true,
      }),
    );
  } finally {
    rds.destroy();
  }
  for (let waitedMs = 0; !(await isReachable(sandbox, identifier)); waitedMs += 500) {
    if (waitedMs > MOST_MS)
      throw new Error(`expected ${identifier} to be reachable without its fence, found it is not`);
    await sleep(500);
  }
}
