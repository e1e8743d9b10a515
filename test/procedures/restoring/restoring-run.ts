import { RDS } from "@aws-sdk/client-rds";
import { vi } from "vitest";
import { inMemoryWorkflow, type WorkflowJournal } from "../../../src/engine/in-memory-workflow.ts";
import type { OperationEvent, Restored } from "../../../src/operations/event.ts";
import type { Undo } from "../../../src/operations/journal.ts";
import type { RestoreMode } from "../../../src/operations/operation.ts";
import type { Before } from "../../../src/procedures/before.ts";
import { databaseOf } from "../../../src/procedures/database.ts";
import { createOperationRun } from "../../../src/procedures/operation-run.ts";
import { type RestoredData, restoreDatabase } from "../../../src/procedures/restore-database.ts";
import { undoEach } from "../../../src/procedures/undo.ts";
import type { Target } from "../../../src/targets/schema.ts";
import {
  type NoticeboardCloudOptions,
  noticeboardCloud,
  OLD_IMAGE,
  TARGET,
} from "../../simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";

// Each look of each wait is a call over the wire: whole minutes of them are seconds of work.
vi.setConfig({ testTimeout: 60_000 });

export const OPERATION = "op-20260115-020000-3f9a2c";
export const SNAPSHOT = `intermission-${OPERATION}`;
const request = { procedure: "upgrade" as const, image: OLD_IMAGE, snapshot: "required" as const };
const requestedBy = {
  kind: "iam" as const,
  id: "arn:aws:iam::111122223333:role/operator",
  name: "operator",
  details: {},
};

/** Shorter than RDS's, in the same order: a look a second is real work even in virtual time. */
const LATENCIES =
  "rds: { instanceMs: 40000, clusterMs: 20000, modifyMs: 8000, rebootMs: 5000, renameMs: 15000, renameDnsMs: 90000, deleteMs: 10000, snapshotMs: 5000 }";

export type RestoringWorld = Awaited<ReturnType<typeof restoringWorld>>;

/** The noticeboard with its nodes stopped, rows "kept" in a snapshot, and a row "later" that came after it. */
export const withSnapshot =
  (body: (world: RestoringWorld) => Promise<void>, options: NoticeboardCloudOptions & { arrange?: Arrange } = {}) =>
  () =>
    inVirtualTime(async () => body(await restoringWorld(options)));
type Arrange = (cloud: SimulatedCloud, client: RDS) => Promise<unknown>;

export async function restoringWorld({
  arrange,
  target: lines = [],
  ...options
}: NoticeboardCloudOptions & { arrange?: Arrange }) {
  const cloud = await noticeboardCloud({
    latencies: [LATENCIES],
    ...options,
    target: ["restore: { fence: sg-fence }", ...lines],
  });
  const client = new RDS(cloud.operator);
  await arrange?.(cloud, client);
  const { runbook, store, databases, configuration } = cloud;
  const target = configuration.targets.get(TARGET)!;
  const of = databaseOf(target)!;
  const { aws, clock } = runbook;
  const until = async (what: () => Promise<boolean>) => {
    while (!(await what())) await clock.sleep(1_000);
  };
  await aws.ecs.updateService({ cluster: target.cluster, service: "noticeboard", desiredCount: 0 });
  await clock.sleep(90_000);
  const port = 5432;
  const at = (address: string) => databases.connect({ address, port });
  const { addresses, settings } = (await aws.rds.database(of))!;
  const [address = ""] = settings.addresses.map((each) => each.address);
  at(address).write("notices", [{ id: 1, text: "kept" }]);
  await aws.rds.createSnapshot({ of, identifier: SNAPSHOT, tags: { "intermission:operation": OPERATION } });
  await until(async () => (await aws.rds.snapshot({ ...of, identifier: SNAPSHOT }))?.status === "available");
  at(address).write("notices", [
    { id: 1, text: "kept" },
    { id: 2, text: "later" },
  ]);

  const services = await aws.ecs.services(target.cluster, ["noticeboard"]);
  const before = {
    cluster: target.cluster,
    database: { ...(await aws.rds.database(of))!, proxies: await aws.rds.proxiesTo(of) },
    services: services.map((service) => ({ ...service, family: "noticeboard", container: "app" })),
  } as unknown as Before;
  await store.create({
    id: OPERATION,
    target: TARGET,
    request,
    requestedBy,
    configuration: target,
    idempotencyKey: "t",
  });

  return {
    cloud,
    client,
    target,
    before,
    address,
    addresses,
    aws,
    clock,
    until,
    texts: (host: string) =>
      at(host)
        .read<{ text: string }[]>("notices")
        ?.map(({ text }) => text),
    at,
    /** Runs the phase as an operation would, again after each crash on the same journal. A run without one is a take-over's. */
    async restore({
      mode = "rename" as RestoreMode,
      generation = 2,
      journal = new Map() as WorkflowJournal,
      crash,
      takeOver = false,
      from = before,
      by = target,
    }: {
      mode?: RestoreMode;
      generation?: number;
      journal?: WorkflowJournal;
      crash?: (point: string) => void;
      /** Who goes on after a crash knows nothing of what the engine remembered. */
      takeOver?: boolean;
      from?: Before;
      by?: Target;
    } = {}): Promise<RestoredData> {
      for (;;) {
        const workflow = inMemoryWorkflow({ clock, journal, crash });
        const op = createOperationRun(runbook, workflow, { id: OPERATION, target: by, request, requestedBy, epoch: 1 });
        const run = op.phase("restore", restoreDatabase(from, { snapshot: SNAPSHOT, mode, generation }));
        try {
          return await Promise.race([run, workflow.crashed]);
        } catch (error) {
          if ((error as Error).name !== "Crash") throw error;
          if (takeOver) journal.clear();
          await clock.sleep(1_000);
        }
      }
    },
    /** Undoes what the journal has of these kinds, and says what it had to leave. */
    async undo(...kinds: Undo["kind"][]): Promise<string[]> {
      const workflow = inMemoryWorkflow({ clock });
      const op = createOperationRun(runbook, workflow, { id: OPERATION, target, request, requestedBy, epoch: 1 });
      const left = await op.phase("put-back", async (phase) =>
        undoEach(phase, await store.journalEntries(OPERATION), kinds),
      );
      return left.map(({ leftover }) => leftover.what);
    },
    /** Whether the instance is there in that state; `gone` where it is not. */
    is: async (identifier: string, status: string) =>
      ((await aws.rds.database({ kind: "instance", identifier }))?.status ?? "gone") === status,
    events: () => store.events(OPERATION),
  };
}

/** Everything that was waited for, once each, as `phase/until`. */
export const polledFor = (journal: WorkflowJournal): string[] => [
  ...new Set([...journal.keys()].flatMap((key) => /^(.*?)(#\d+)? since$/.exec(key)?.[1] ?? [])),
];

/** What an operator reads of it: changes and progress by seconds, then what to know from now on. */
export function told(events: OperationEvent[], { different, tell }: Restored): string {
  const [first] = events;
  const seconds = ({ at }: OperationEvent) =>
    `${Math.round((Date.parse(at) - Date.parse(first!.at)) / 1_000)}`.padStart(5);
  const lines = events.flatMap((event) => {
    if (event.type === "progress") return [`${seconds(event)}  … ${event.message}`];
    if (event.type !== "mutation") return [];
    const { service, operation, summary, inverse, parameters } = event.mutation;
    return [
      `${seconds(event)}  ${service}:${operation}  ${summary}`,
      `       ${JSON.stringify(parameters)}`,
      `       undone: ${inverse}`,
    ];
  });
  const differences = different.map(({ what, before, now }) => `- ${what}: was ${before}, is ${now}`);
  return [...lines, "", "different:", ...differences, "", "to know:", ...tell.map((line) => `- ${line}`), ""].join(
    "\n",
  );
}

/** Besides the ids of a new database, and the tags by which we know our own. */
export const settingsOf = ({ different }: Restored) =>
  different.filter(({ what }) => !/(ResourceId|TagList)$/.test(what));
