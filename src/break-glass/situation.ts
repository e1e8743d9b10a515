import type { JournalEntry, Undo } from "../operations/journal.ts";
import type { OperationState } from "../operations/state.ts";

/** How the target was before it was touched, as far as going back by hand needs it: what the store keeps has more. */
export type FoundBefore = {
  cluster: string;
  /** The first is the leader's. */
  services: {
    name: string;
    family: string;
    desiredCount: number;
    taskDefinitionArn: string;
    loadBalancers?: { targetGroupArn: string }[];
  }[];
  database?: { kind: "instance" | "cluster"; identifier: string; settings?: unknown };
};

/** All that is known of an operation which people have to end by hand. */
export type Situation = {
  table: string;
  state: OperationState;
  /** In the order in which it was written. */
  journal: readonly JournalEntry[];
  /** Of the target's configuration that the operation runs on. */
  target: { url: string; cluster: string; restore?: { mode?: string; fence?: string } };
  before?: FoundBefore;
};

export type UndoOf<Kind extends Undo["kind"]> = Extract<Undo, { kind: Kind }>;

/** What the journal says is to be undone, of these kinds, the last first. What is undone already stays: doing it again does no harm. */
export const undosOf = <Kind extends Undo["kind"]>(
  { journal }: Pick<Situation, "journal">,
  ...kinds: Kind[]
): UndoOf<Kind>[] =>
  journal
    .map(({ undo }) => undo)
    .filter((undo): undo is UndoOf<Kind> => (kinds as string[]).includes(undo.kind))
    .toReversed();

/** No container of another version can have run on the data: none was ever asked for, or ECS says that none was started. */
export function isDataUntouched({ state, journal }: Pick<Situation, "state" | "journal">): boolean {
  if (state.goingBack?.snapshot !== undefined) return false;
  if (state.pointOfNoReturnAt === undefined) return true;
  // People change it, on the version that is there.
  if (state.request.procedure === "maintenance") return false;
  const asked = journal.some(({ mutation }) => ["migrate", "start", "work"].includes(mutation.phase));
  return !asked || codesOf(state).includes("leader-never-ran");
}

function codesOf({ problem }: OperationState): string[] {
  const first = problem?.details?.first as { code?: string } | undefined;
  return [problem?.code, first?.code].filter((code) => code !== undefined);
}

/** Where the resources are, by the first ARN that the operation knows. */
export function regionOf({ journal, before }: Pick<Situation, "journal" | "before">): string | undefined {
  const known = JSON.stringify([before?.services, journal.map(({ undo }) => undo)]);
  return /arn:aws[\w-]*:[\w-]+:([a-z]{2}(?:-[a-z]+)+-\d):/.exec(known)?.[1];
}
