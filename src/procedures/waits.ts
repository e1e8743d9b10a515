import { asksAt } from "../operations/asks-at.ts";
import type { Approval, OperationRequest, Phase } from "../operations/operation.ts";
import type { Wait } from "../operations/plan.ts";
import { staysOpen, takesSnapshot } from "../operations/request-words.ts";
import { milliseconds } from "../targets/duration.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { FIRST_START_PAUSE_MS } from "./approvals.ts";
import type { Before } from "./before.ts";
import { databaseOf } from "./database.ts";
import { EARLIER_NODES } from "./prepare.ts";
import { opensEarly } from "./quorum.ts";
import { restoreWaits } from "./restore-database.ts";
import { retiresFirst } from "./scale-out.ts";
import { backupName, warmUpName } from "./snapshot.ts";
import { AFTER_TRIGGER } from "./trigger.ts";
import { waitsForWriters } from "./writers/pause-writers.ts";

/** `before` tells what the target's shape adds. */
type Of = { operationId: string; before?: Before };

/** What an operation waits for, in order, by the names and time-outs of the polls that do it. */
export function waitsOf(target: Target, request: OperationRequest, of: Of): Wait[] {
  const { timeouts } = target;
  const parts = partsOf(target, request, of);
  switch (request.procedure) {
    case "upgrade":
      return [
        ...parts.asked("preflight", "before-window"),
        ...parts.prepare,
        ...parts.window,
        ...parts.leader("migrate"),
        ...parts.asked("work", "before-open"),
        ...parts.others,
      ];
    case "first-start":
      return [
        ...parts.asked("preflight", "before-window"),
        ...parts.prepare,
        ...parts.window,
        ...parts.leader("migrate"),
        ...(request.pause ? [wait("work", "somebody decides (before-scale-out)", FIRST_START_PAUSE_MS)] : []),
        ...parts.others,
      ];
    case "maintenance": {
      const work = wait("work", "somebody decides (maintenance)", milliseconds(request.within));
      if (request.traffic === "closed") {
        const [verify, ...before] = parts.leader("start").toReversed();
        return [
          ...parts.asked("preflight", "before-window"),
          ...parts.prepare,
          ...parts.window,
          ...before.toReversed(),
          work,
          verify!,
          ...parts.others,
        ];
      }
      return [
        ...parts.asked("preflight", "before-window"),
        ...parts.prepare,
        ...parts.backUp,
        wait("stop", "one node is left", timeouts.stop),
        work,
        wait("verify", "the application answers the public", timeouts.open),
        wait("scale-out", "every node serves", timeouts.scaleOut),
        ...parts.finish,
      ];
    }
    case "rollback":
      return [
        ...parts.asked("preflight", "before-window"),
        ...parts.prepare,
        ...parts.window,
        ...restoreWaits(target, of.before, {
          operationId: of.operationId,
          mode: request.restore ?? target.restore.mode,
          generation: 2,
        }),
        ...parts.leader("start"),
        ...parts.others,
      ];
  }
}

const wait = (phase: Phase, until: string, timeoutMs: number): Wait => ({
  phase,
  until,
  atMostSeconds: Math.round(timeoutMs / 1_000),
});

function partsOf(target: Target, request: OperationRequest, { operationId, before }: Of) {
  const { timeouts, approval } = target;
  const database = databaseOf(target);
  const snapshot = (phase: Phase, identifier: string): Wait[] =>
    !database || !takesSnapshot(request)
      ? []
      : [
          wait(phase, `${database.identifier} can be snapshotted`, timeouts.snapshot),
          wait(phase, `snapshot ${identifier} is available`, timeouts.snapshot),
        ];
  const backUp = snapshot("back-up", backupName(operationId));
  const finish = [
    ...(opensEarly(target) && !staysOpen(request) ? [wait("finish", "every node serves", timeouts.scaleOut)] : []),
    wait("finish", "the leader has ended", timeouts.stop),
    wait("finish", "every deployment is completed", timeouts.scaleOut),
    ...(before?.front ? [wait("finish", `${before.front.what} shows the application`, timeouts.open)] : []),
  ];
  return {
    asked: (phase: Phase, ask: Approval): Wait[] =>
      asksAt(ask, { target, request }) ? [wait(phase, `somebody decides (${ask})`, approval.within)] : [],
    prepare: [
      ...(target.snapshot.warmUp ? snapshot("prepare", warmUpName(operationId)) : []),
      ...(waitsForWriters(target) ? [wait("prepare", "no other task runs on the data", timeouts.otherWriters)] : []),
      ...(before?.endingTaskArns?.length ? [wait("prepare", EARLIER_NODES, timeouts.stop)] : []),
    ],
    window: [
      wait("close", "every address answers with the page", timeouts.close),
      wait("stop", "every container has ended", timeouts.stop),
      ...backUp,
    ],
    backUp,
    leader: (phase: "migrate" | "start"): Wait[] => [
      ...(target.migrate && phase === "migrate"
        ? [wait(phase, "the migrate command has ended", timeouts.migrate)]
        : []),
      wait(phase, "the leader runs", timeouts.migrate),
      wait(phase, "the leader is ready", timeouts.migrate),
      ...(presetOf(target).probes.trigger && phase === "migrate" ? [wait(phase, AFTER_TRIGGER, timeouts.migrate)] : []),
      wait("verify", "the leader is verified", timeouts.migrate),
    ],
    others: [
      ...(before && target.leader !== "service" && retiresFirst(before)
        ? [wait("scale-out", "the leader has ended", timeouts.stop)]
        : []),
      wait("scale-out", "every node serves", timeouts.scaleOut),
      wait("open", "the application answers the public", timeouts.open),
      ...finish,
    ],
    finish,
  };
}
