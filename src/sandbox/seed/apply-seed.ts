import { resolve } from "node:path";
import type { Images } from "../cloud/ecr/images.ts";
import type { LoadedSeed } from "./load-seed.ts";
import type { PlaceholderValues } from "./placeholders.ts";
import type { SeedClients } from "./seed-clients.ts";
import { seedDatabases } from "./seed-databases.ts";
import { seedLoadBalancers } from "./seed-load-balancers.ts";
import { seedScaling } from "./seed-scaling.ts";
import { seedScheduledTasks } from "./seed-scheduled-tasks.ts";
import { seedServices } from "./seed-services.ts";
import type { Waiting } from "./wait-until.ts";

type Context = {
  clients: SeedClients;
  images: Pick<Images, "add">;
  freePort: () => Promise<number>;
  waiting: Waiting;
  /** Why a database failed. */
  failureOf: (identifier: string) => string | undefined;
  /** Told what happens, in words. */
  report: (line: string) => void;
};

/**
 * Makes what the seed describes, by the calls that an operator would make, so that every check and every event is real. Resolves when
 * all of it is steady, with what the placeholders stand for.
 */
export async function applySeed(
  seed: LoadedSeed,
  { clients, images, freePort, waiting, failureOf, report }: Context,
): Promise<PlaceholderValues> {
  for (const [reference, { command, workingDirectory = ".", environment, digest }] of Object.entries(seed.images))
    images.add({
      reference,
      program: { command, workingDirectory: resolve(seed.directory, workingDirectory), environment },
      digest,
    });

  announce(report, "databases", Object.keys(seed.databases));
  const database = await seedDatabases(seed, { clients, waiting, failureOf });

  announce(report, "load balancers", Object.keys(seed.loadBalancers));
  const balancers = await seedLoadBalancers(seed, { elb: clients.elb, freePort });

  const placeholders = { database, loadBalancer: balancers.values };
  announce(report, "services", Object.keys(seed.services));
  await seedServices(seed, { clients, placeholders, targetGroupArns: balancers.targetGroupArns, waiting });

  await seedScaling(seed, clients);
  await seedScheduledTasks(seed, { clients });
  return placeholders;
}

const announce = (report: (line: string) => void, what: string, names: string[]) => {
  if (names.length > 0) report(`${what}: ${names.join(", ")}`);
};
