import type { SandboxEvent } from "../cloud/event-log.ts";
import type { CloudState } from "./cloud-state.ts";
import { type ContainerLife, readContainers, readWriters } from "./containers.ts";
import { type Restore, readDatabases, readRestores, readSnapshots, type SnapshotLife } from "./databases.ts";
import { type JudgedOperation, type Moments, momentsOf } from "./moments.ts";
import { type Requests, readRequests } from "./requests.ts";
import type { CheckedScenario } from "./scenario.ts";

/** A write of a visitor, in a form that both versions of the application share. `at`: when it was asked for, where that is known. */
export type Write = { key: string; value: string; at?: string };

export type CheckInput = {
  /** The whole log, from the sandbox's beginning: containers that ran before the operation are in it. */
  events: readonly SandboxEvent[];
  scenario: CheckedScenario;
  operation: JudgedOperation;
  /** Further operations that the log has seen, on whatever target. */
  otherOperations?: readonly JudgedOperation[];
  before: CloudState;
  after: CloudState;
  /** What the application acknowledged, and what is in the database at the end. Undefined where nobody wrote. */
  writes?: { acknowledged: readonly Write[]; found: readonly Write[] };
};

/** The log read once, in the words of the invariants. */
export type Story = CheckInput & {
  moments: Moments;
  /** Every container of the target, those included that ran before. */
  containers: ContainerLife[];
  /** Containers of others that write to the target's data, and may not while it is migrated. */
  writers: ContainerLife[];
  /** Nodes' own containers that started while the operation went on, and were not somebody else's doing. */
  starts: ContainerLife[];
  snapshots: SnapshotLife[];
  /** Every restore since the operation was requested, and those before. */
  restores: { during: Restore[]; ever: Restore[] };
  requests: Requests;
  /** Successful calls of the runbook since the operation was requested. */
  calls: Extract<SandboxEvent, { kind: "call" }>[];
};

export function readStory(input: CheckInput): Story {
  const { events, scenario, operation } = input;
  const moments = momentsOf(operation);
  const { requestedAt } = moments;
  const options = { scenario, databases: readDatabases(events), beganAt: requestedAt };
  const containers = readContainers(events, options);
  const snapshots = readSnapshots(events);
  const restores = readRestores(events, snapshots);
  return {
    ...input,
    moments,
    containers,
    writers: readWriters(events, options),
    starts: containers.filter(
      ({ application, foreign, started }) => application && !foreign && started.at >= requestedAt,
    ),
    snapshots,
    restores: { during: restores.filter(({ at }) => at >= requestedAt), ever: restores },
    requests: readRequests(events, scenario),
    calls: events.filter(
      (event) =>
        event.kind === "call" &&
        event.outcome === "ok" &&
        event.at >= requestedAt &&
        event.caller.includes(scenario.runbookCaller),
    ) as Story["calls"],
  };
}
