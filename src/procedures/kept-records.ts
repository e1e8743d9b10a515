import { z } from "zod";
import { keys } from "../operations/dynamo-table.ts";
import { restoreModeSchema } from "../operations/operation.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Before } from "./before.ts";
import type { Closed } from "./close-traffic.ts";
import type { WayBack } from "./go-back.ts";
import type { Leader } from "./leader.ts";
import type { Kept } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import type { Quiet } from "./stop-nodes.ts";

/** What the runs of an operation have kept for one another. */
export type KeptRecords = {
  before?: Before;
  prepared?: Prepared;
  closed?: Closed;
  quiet?: Quiet;
  leader?: Leader;
  restored?: Prepared;
  "way-back"?: WayBack;
};

/* As much of each as whoever goes on acts upon. What it means is the same in all of one format (record.ts). */
const list = z.array(z.looseObject({}));
const prepared = z.looseObject({
  revisions: z.record(z.string(), z.string()),
  leaderRevision: z.string(),
  bypassSecret: z.string().min(1),
});
const closed = z.looseObject({ eta: z.string() });
const quiet = z.looseObject({ stoppedAt: z.iso.datetime(), counts: z.record(z.string(), z.number()) });
const leader = z.looseObject({
  taskArn: z.string(),
  targets: z.array(z.looseObject({ targetGroupArn: z.string(), id: z.string(), port: z.number() })),
  inService: z
    .looseObject({ revision: z.string(), since: z.number(), earlier: z.array(z.string()).optional() })
    .optional(),
});
const before = z.looseObject({
  cluster: z.string(),
  clusterName: z.string(),
  services: z
    .array(
      z.looseObject({ name: z.string(), taskDefinitionArn: z.string(), desiredCount: z.number(), family: z.string() }),
    )
    .min(1),
  targetGroups: list,
  loadBalancers: list,
  listeners: list,
  doors: list,
  frontDoors: list,
  leaderDoors: list,
  database: z.looseObject({}).optional(),
  scalableTargets: list,
  leaderCapacity: z.looseObject({}),
  scheduledActions: list,
  otherWriters: z.looseObject({}),
  nodes: list,
  image: z.string(),
  imageDigest: z.string(),
  forecast: z.looseObject({}),
});
const wayBack = z.looseObject({
  before,
  bypassSecret: z.string().min(1),
  quiet,
  snapshot: z.string().min(1),
  closed: closed.optional(),
  mode: restoreModeSchema,
  discardsFrom: z.string().optional(),
});
const schemas: Record<Kept, z.ZodType> = {
  before,
  prepared,
  closed,
  quiet,
  leader,
  restored: prepared,
  "way-back": wayBack,
};

/** Throws an UnreadableRecordError where one of those that are needed, by default all, is not what a run could go on from. */
export async function keptRecords(
  store: Pick<OperationStore, "kept">,
  id: string,
  needed = Object.keys(schemas) as Kept[],
): Promise<KeptRecords> {
  const kept = await store.kept(id);
  for (const name of needed) {
    if (kept[name] === undefined) continue;
    const { error } = schemas[name].safeParse(kept[name]);
    if (error)
      throw new UnreadableRecordError(keys.kept(id, name), {
        expected: `what a run keeps as ${name}`,
        found: wrong(error),
      });
  }
  return kept as KeptRecords;
}

const MOST = 5;
const wrong = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, MOST)
    .map(({ path, message }) => `${path.map(String).join(".") || "it"}: ${message}`)
    .join("; ");
