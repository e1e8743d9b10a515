import type { SandboxEvent } from "../cloud/event-log.ts";

export type SnapshotLife = {
  identifier: string;
  of: string;
  generation: string;
  contentAt: string;
  requested: { seq: number; at: string };
  available?: { seq: number; at: string };
  deletedSeq?: number;
};

/** Which data generation answered at an endpoint, or under a name, at a moment of the log. */
export type Databases = {
  generationOf(identifier: string, seq: number): string | undefined;
  /** The data that a container with this environment reaches: by an endpoint in it, or else the instance's under its name. */
  generationFor(
    container: { environment?: Record<string, string>; seq: number },
    identifier: string,
  ): string | undefined;
  /** Whether an endpoint in the container's environment leads to that database. */
  reaches(container: { environment?: Record<string, string>; seq: number }, identifier: string): boolean;
};

export function readDatabases(events: readonly SandboxEvent[]): Databases {
  const changes = events.filter((event) => event.kind === "database");
  const latest = (seq: number, wanted: (change: (typeof changes)[number]) => boolean) => {
    const byResource = new Map<string, (typeof changes)[number]>();
    for (const change of changes) if (change.seq < seq) byResource.set(change.resourceId ?? change.generation, change);
    return [...byResource.values()].findLast((change) => change.change !== "deleted" && wanted(change))?.generation;
  };
  const generationOf = (identifier: string, seq: number) => latest(seq, (change) => change.identifier === identifier);
  const named = ({ environment = {}, seq }: { environment?: Record<string, string>; seq: number }) => {
    const endpoints = Object.values(environment).flatMap(endpointIn);
    return latest(seq, ({ endpoint = "", otherEndpoints = [] }) =>
      [endpoint, ...otherEndpoints].some((reached) => endpoints.includes(reached)),
    );
  };
  return {
    generationOf,
    generationFor: (container, identifier) => named(container) ?? generationOf(identifier, container.seq),
    reaches(container, identifier) {
      const generation = named(container);
      return generation !== undefined && generation === generationOf(identifier, container.seq);
    },
  };
}

function endpointIn(value: string): string[] {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return [];
  const { hostname, port } = new URL(value);
  return [`${hostname}:${port || 5432}`];
}

const DELETIONS = ["DeleteDBSnapshot", "DeleteDBClusterSnapshot"];

export function readSnapshots(events: readonly SandboxEvent[]): SnapshotLife[] {
  const lives: SnapshotLife[] = [];
  for (const event of events) {
    const { seq, at } = event;
    if (event.kind === "snapshot") {
      const { identifier, of, generation, contentAt, status } = event;
      const known = lives.findLast((one) => one.identifier === identifier && !one.deletedSeq);
      const life: SnapshotLife = known ?? { identifier, of, generation, contentAt, requested: { seq, at } };
      if (!known) lives.push(life);
      if (status === "available") life.available ??= { seq, at };
    }
    if (event.kind === "call" && DELETIONS.includes(event.operation) && event.outcome === "ok") {
      const deleted = Object.values(event.parameters as Record<string, unknown>);
      const life = lives.findLast(({ identifier }) => deleted.includes(identifier));
      if (life) life.deletedSeq = seq;
    }
  }
  return lives;
}

/** Data that was put beside what there was: a generation of its own, with a snapshot's content. */
export type Restore = { generation: string; identifier: string; from?: SnapshotLife; at: string; seq: number };

const RESTORES = ["RestoreDBInstanceFromDBSnapshot", "RestoreDBClusterFromSnapshot"];
type RestoreInput = Partial<
  Record<"DBInstanceIdentifier" | "DBClusterIdentifier" | "DBSnapshotIdentifier" | "SnapshotIdentifier", string>
>;

/** Every restore of the log. The call that asked for one names the snapshot, and the database that came of it says which generation that is. */
export function readRestores(events: readonly SandboxEvent[], snapshots: readonly SnapshotLife[]): Restore[] {
  const created = events.filter((event) => event.kind === "database" && event.change === "created");
  return events.flatMap((event) => {
    if (event.kind !== "call" || event.outcome !== "ok" || !RESTORES.includes(event.operation)) return [];
    const asked = event.parameters as RestoreInput;
    const identifier = (asked.DBInstanceIdentifier ?? asked.DBClusterIdentifier ?? "").toLowerCase();
    const name = (asked.DBSnapshotIdentifier ?? asked.SnapshotIdentifier ?? "").split(":").at(-1)!.toLowerCase();
    const distance = ({ seq }: SandboxEvent) => Math.abs(seq - event.seq);
    const [nearest] = created
      .filter((one) => one.kind === "database" && one.identifier === identifier)
      .toSorted((a, b) => distance(a) - distance(b));
    if (nearest?.kind !== "database") return [];
    const from = snapshots.findLast((one) => one.identifier === name && one.requested.seq < event.seq);
    return [{ generation: nearest.generation, identifier, from, at: event.at, seq: nearest.seq }];
  });
}
