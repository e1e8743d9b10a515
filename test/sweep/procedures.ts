import type { Decision } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import type { ScenarioOptions } from "../../src/sandbox/checker/scenario.ts";
import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { NEW, OLD } from "./sweep-seed.ts";

export const sweptProcedures = ["upgrade", "rollback", "maintenance", "first-start"] as const;
export type SweptProcedure = (typeof sweptProcedures)[number];

export type Sweeping = {
  /** Nothing runs yet, and the database is empty. */
  neverStarted: boolean;
  /** What has to have been done before: an upgrade that is then taken back. */
  first?: Record<string, unknown>;
  request(first: OperationState | undefined): Record<string, unknown>;
  about(first: OperationState | undefined): Omit<Partial<ScenarioOptions>, "target" | "state"> & { newDigest: string };
  /** What people decide when it waits for them. */
  answer?: Decision;
  /** How often each of these happens in one operation, wherever its workers end. */
  once: Record<string, number>;
};

const upgradeRequest = { procedure: "upgrade", image: NEW.image };

export const sweeping: Record<SweptProcedure, Sweeping> = {
  upgrade: {
    neverStarted: false,
    request: () => upgradeRequest,
    about: () => ({ newDigest: NEW.digest }),
    once: { snapshots: 1, leaders: 1, restores: 0 },
  },
  rollback: {
    neverStarted: false,
    first: upgradeRequest,
    request: (first) => ({
      procedure: "rollback",
      of: first?.id,
      restore: "rename",
      discards: { from: first?.window.openingAt },
    }),
    about: (first) => ({
      procedure: "rollback",
      newDigest: OLD.digest,
      oldDigests: [NEW.digest],
      snapshot: "none",
      restores: first?.snapshot,
      discards: first?.window.openingAt,
    }),
    once: { snapshots: 0, leaders: 1, restores: 1 },
  },
  maintenance: {
    neverStarted: false,
    request: () => ({ procedure: "maintenance", within: "30m" }),
    about: () => ({ procedure: "maintenance", newDigest: OLD.digest }),
    answer: "proceed",
    once: { snapshots: 1, leaders: 1, restores: 0 },
  },
  "first-start": {
    neverStarted: true,
    request: () => ({ procedure: "first-start", database: "empty", counts: { noticeboard: 2 } }),
    about: () => ({ procedure: "first-start", newDigest: OLD.digest, counts: { noticeboard: 2 } }),
    once: { snapshots: 1, leaders: 1, restores: 0 },
  },
};

/** What matters to be there once, counted in the log: snapshots begun, standalone nodes started, databases made. */
export function countOnce(log: readonly SandboxEvent[]): Record<string, number> {
  const snapshots = log.flatMap((event) => (event.kind === "snapshot" ? [event.identifier] : []));
  const leaders = log.filter(
    (event) => event.kind === "container" && event.change === "started" && event.group.startsWith("family:"),
  );
  const restores = log.filter((event) => event.kind === "database" && event.change === "created");
  return { snapshots: new Set(snapshots).size, leaders: leaders.length, restores: restores.length };
}
