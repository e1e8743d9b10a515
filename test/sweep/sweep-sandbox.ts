import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { OperationStore } from "../../src/operations/store.ts";
import type { Bundles } from "../../src/sandbox/bundles.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { parseSeed } from "../../src/sandbox/seed/load-seed.ts";
import type { ContainerRuntime } from "../../src/sandbox/substrate/containers.ts";
import { createSimulatedContainers } from "../../src/sandbox/substrate/simulated/containers.ts";
import { createSimulatedDatabases, type SimulatedDatabases } from "../../src/sandbox/substrate/simulated/databases.ts";
import type { Gate } from "../../src/sandbox/wire/server.ts";
import { nocobase } from "../simulation/dialects.ts";
import { type NoticeboardSettings, type Row, simulatedNoticeboard } from "../simulation/noticeboard.ts";
import { socketHosts } from "./socket-hosts.ts";
import { DATABASE, NEW, OLD, sweepSeed } from "./sweep-seed.ts";

/** A sandbox whose functions are real processes that run the real bundles over real sockets; nodes and databases are objects in this process. */
export type SweepSandbox = Sandbox & { store: OperationStore; rows(): Row[] };

export async function startSweepSandbox(options: {
  bundles: Bundles;
  neverStarted: boolean;
  gate?: Gate;
}): Promise<SweepSandbox> {
  await using cleanup = new AsyncDisposableStack();
  const { bundles, neverStarted, gate } = options;
  const databases = createSimulatedDatabases();
  const seed = await parseSeed(sweepSeed({ neverStarted }), { fileName: "sweep.yml", directory: "." });
  const sandbox = await startSandbox({
    seed,
    bundles,
    gate,
    substrate: { databases, containers: simulatedContainers(databases, { neverStarted }) },
  });
  cleanup.defer(() => sandbox.close());
  const { url: endpoint, world, key: credentials } = sandbox.services;
  const dynamo = new DynamoDBClient({ endpoint, region: world.region, credentials });
  cleanup.defer(() => dynamo.destroy());
  const store = createDynamoStore({
    client: DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
    table: sandbox.table!,
    clock: systemClock,
  });
  const started = cleanup.move();
  return { ...sandbox, store, rows: () => rowsOf(sandbox, databases), close: () => started.disposeAsync() };
}

/** Every sandbox of this process has a subnet of its own. */
let sandboxes = 0;

/** A first start is over when the application lists what it has installed. */
const dialect = nocobase({ "1.4.2": ["users", "workflow"], "2.0.0": ["users", "workflow"] });

function simulatedContainers(databases: SimulatedDatabases, { neverStarted }: { neverStarted: boolean }) {
  const program = (settings: Pick<NoticeboardSettings, "version" | "installMs">) =>
    simulatedNoticeboard({ ...settings, databases, dialect, bootMs: 100, migrationMs: 500, termMs: 50 });
  const runtime = createSimulatedContainers({
    clock: systemClock,
    hosts: socketHosts(),
    programs: new Map([
      [OLD.digest, program({ version: "1.4.2", installMs: neverStarted ? 500 : undefined })],
      [NEW.digest, program({ version: "2.0.0" })],
    ]),
  });
  sandboxes += 1;
  const subnet = `127.${200 + (sandboxes % 50)}.${process.pid & 255}`;
  let addresses = 0;
  return {
    ...runtime,
    allocateAddress() {
      addresses += 1;
      return `${subnet}.${(addresses % 250) + 2}`;
    },
  } satisfies ContainerRuntime;
}

/** What is in the database that has the target's name. */
function rowsOf({ values }: Sandbox, databases: SimulatedDatabases): Row[] {
  const { hostname, port } = new URL(values.database[DATABASE]!.url);
  return databases.connect({ address: hostname, port: Number(port || 5432) }).read<Row[]>("notices") ?? [];
}
