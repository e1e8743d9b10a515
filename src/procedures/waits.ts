import type { OperationRequest, Phase } from "../operations/operation.ts";
import type { Wait } from "../operations/plan.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { databaseOf } from "./database.ts";
import { retiresFirst } from "./scale-out.ts";
import { backupName, warmUpName } from "./snapshot.ts";
import { AFTER_TRIGGER } from "./trigger.ts";
import { waitsForWriters } from "./writers/pause-writers.ts";

/** What an upgrade waits for, in order, by the names and time-outs of the polls that do it; `before` tells what the target's shape adds. */
export function waitsOf(
  target: Target,
  request: OperationRequest,
  { operationId, before }: { operationId: string; before?: Before },
): Wait[] {
  const { timeouts } = target;
  const database = databaseOf(target);
  const wait = (phase: Phase, until: string, timeoutMs: number): Wait => ({
    phase,
    until,
    atMostSeconds: Math.round(timeoutMs / 1_000),
  });
  const snapshot = (phase: Phase, identifier: string): Wait[] =>
    !database || request.snapshot === "none"
      ? []
      : [
          wait(phase, `${database.identifier} can be snapshotted`, timeouts.snapshot),
          wait(phase, `snapshot ${identifier} is available`, timeouts.snapshot),
        ];
  return [
    ...(target.snapshot.warmUp ? snapshot("prepare", warmUpName(operationId)) : []),
    ...(waitsForWriters(target) ? [wait("prepare", "no other task runs on the data", timeouts.otherWriters)] : []),
    wait("close", "every address answers with the page", timeouts.close),
    wait("stop", "every container has ended", timeouts.stop),
    ...snapshot("back-up", backupName(operationId)),
    ...(target.migrate ? [wait("migrate", "the migrate command has ended", timeouts.migrate)] : []),
    wait("migrate", "the leader runs", timeouts.migrate),
    wait("migrate", "the leader is ready", timeouts.migrate),
    ...(presetOf(target).probes.trigger ? [wait("migrate", AFTER_TRIGGER, timeouts.migrate)] : []),
    wait("verify", "the leader is verified", timeouts.migrate),
    ...(before && target.leader !== "service" && retiresFirst(before)
      ? [wait("scale-out", "the leader has ended", timeouts.stop)]
      : []),
    wait("scale-out", "every node serves", timeouts.scaleOut),
    wait("open", "the application answers the public", timeouts.open),
    wait("finish", "the leader has ended", timeouts.stop),
    wait("finish", "every deployment is completed", timeouts.scaleOut),
    ...(before?.front ? [wait("finish", `${before.front.what} shows the application`, timeouts.open)] : []),
  ];
}
