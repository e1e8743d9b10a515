import type { Mutation, OperationRequest, Phase } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { closing } from "./close-traffic.ts";
import { wantedCounts } from "./first-counts.ts";
import { holdingStill } from "./hold-still.ts";
import { leaderInService } from "./leader-service.ts";
import { leaderOf } from "./leader-start.ts";
import { commandTask, leaderTask } from "./leader-task.ts";
import { registrationsToCome } from "./migrate.ts";
import { scalingIn, scalingOutAgain } from "./one-node.ts";
import { ownRevision, revisionOf, revisionsBefore } from "./prepare.ts";
import { restoreMutations } from "./restore-database.ts";
import { scalingOut } from "./scale-out.ts";
import { backupSnapshot, warmUpSnapshot } from "./snapshot.ts";
import { stopping, withCounts } from "./stop-nodes.ts";
import { triggering } from "./trigger.ts";
import { wayBackTo } from "./way-back.ts";
import { pausing } from "./writers/pause-writers.ts";

type Planned = Mutation | { mutation: Mutation } | undefined;
type Input = { target: Target; request: OperationRequest; before: Before; operationId: string };

/** Every change that an operation would make, in order, by the functions that make it. */
export function mutationsOf(input: Input): Mutation[] {
  return listOf(input).flatMap((each) => (each === undefined ? [] : "mutation" in each ? [each.mutation] : [each]));
}

function listOf(input: Input): Planned[] {
  const { target, request, before, operationId } = input;
  const same = revisionsBefore(before);
  switch (request.procedure) {
    case "upgrade": {
      const revisions = Object.fromEntries(before.services.map(({ name, family }) => [name, `${family}:new`]));
      return [
        ...preparing(input),
        ownRevision(target, before),
        ...before.services.map((service) => revisionOf(target, service, before)),
        ...windowing(input),
        ...leading(input, { phase: "migrate", revision: revisions[before.services[0]!.name]! }),
        ...scalingOut(target, before, revisions),
      ];
    }
    case "first-start":
      return [
        ...preparing(input),
        ...windowing(input),
        ...leading(input, { phase: "migrate", revision: same.leaderRevision }),
        ...scalingOut(target, withCounts(before, wantedCounts(before, request)), same.revisions),
      ];
    case "maintenance": {
      if (request.traffic === "open")
        return [
          ...preparing(input),
          backupSnapshot(target, request, before, operationId),
          ...inPhase("stop", Object.values(holdingStill(before)).flat()),
          ...scalingIn(before),
          ...scalingOutAgain(before),
        ];
      return [
        ...preparing(input),
        ...windowing(input),
        ...leading(input, { phase: "start", revision: same.leaderRevision }),
        ...scalingOut(target, before, same.revisions),
      ];
    }
    case "rollback": {
      const mode = request.restore ?? target.restore.mode;
      const quiet = { stoppedAt: "", counts: {} };
      const way = wayBackTo(before, { bypassSecret: "", quiet, closed: { eta: "" }, mode });
      const old = revisionsBefore(way.before);
      const again = { ...way.before, generation: 2 };
      return [
        ...preparing(input),
        ...windowing(input),
        ...restoreMutations(target, way.before, { operationId, snapshot: way.snapshot, mode, generation: 2 }),
        ...leading({ ...input, before: again }, { phase: "start", revision: old.leaderRevision }),
        ...scalingOut(target, again, old.revisions),
      ];
    }
  }
}

const preparing = ({ target, request, before, operationId }: Input): Planned[] => [
  warmUpSnapshot(target, request, before, operationId),
  ...pausing(before),
];

function windowing({ target, request, before, operationId }: Input): Planned[] {
  const { suspend, quieten } = holdingStill(before);
  const { drain, quicken, stop } = stopping(target, before);
  return [
    ...suspend,
    ...quieten,
    ...closing({ target, before, operationId }),
    ...drain,
    ...quicken,
    ...stop,
    backupSnapshot(target, request, before, operationId),
  ];
}

/** The same mutation belongs to another phase in another procedure. */
const inPhase = (phase: Phase, list: Planned[]): Mutation[] =>
  list.flatMap((each) => {
    if (each === undefined) return [];
    return [{ ...("mutation" in each ? each.mutation : each), phase }];
  });

/** The start of one node belongs to the phase in which it happens. */
function leading(
  { target, request, before, operationId }: Input,
  { phase, revision }: { phase: Extract<Phase, "migrate" | "start">; revision: string },
): Planned[] {
  const list: Planned[] = [
    target.migrate && phase === "migrate"
      ? commandTask(target, before, { operationId, revision, ...target.migrate })
      : undefined,
    ...(target.leader === "service"
      ? [leaderInService(target, before, revision)]
      : [
          leaderTask(target, before, leaderOf({ id: operationId, name: phase, request }, revision)),
          ...registrationsToCome(before.services[0]!),
        ]),
    phase === "migrate" ? triggering(target) : undefined,
  ];
  return inPhase(phase, list);
}
