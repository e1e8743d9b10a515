import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import { DRAIN_SECONDS, readyAfterMs } from "../profiles/profile.ts";
import type { ProfileRun } from "../runners/run-profile.ts";
import { atMs, type Call, changesBy, ofKind } from "./log-reading.ts";

/**
 * One thing that AWS or the application did because a call asked for it. `neededMs` is how long that had to take: from the call's effect to
 * what it was made for, both as the log has them. Less than from `askedMs` to `doneMs` where the runbook let it take longer than it must.
 */
export type Strand = { askedMs: number; doneMs: number; neededMs: number };

export const windowPhases = ["close", "stop", "back-up", "migrate", "scale-out", "open"] as const;
export type WindowPhase = (typeof windowPhases)[number];
export type Strands = Record<WindowPhase, Strand[]>;

const strand = (askedMs: number, doneMs: number, neededMs = doneMs - askedMs): Strand => ({
  askedMs,
  doneMs,
  neededMs,
});

/** What AWS did in each phase of an upgrade, read off its own log. */
export function strandsOf({ events, role, profile, switches }: ProfileRun): Strands {
  const changes = changesBy(events, role);
  const closing = closingRules(events, changes);
  const inForce = (isOfChange: (event: { ruleArn?: string; operation?: string }) => boolean) =>
    ofKind(events, "rules").filter((event) => event.change === "in-force" && isOfChange(event));
  const created = changes.filter((call) => closing.has(call));
  const closed = created.flatMap((call) =>
    inForce(({ ruleArn, operation }) => operation === "CreateRule" && ruleArn === closing.get(call)).map((event) =>
      strand(atMs(call), atMs(event)),
    ),
  );
  const arns = new Set(closing.values());
  const opened = changes
    .filter(({ operation, parameters }) => operation === "DeleteRule" && arns.has(String(parameters.RuleArn)))
    .flatMap((call) =>
      inForce(
        ({ ruleArn, operation }) => operation === "DeleteRule" && ruleArn === String(call.parameters.RuleArn),
      ).map((event) => strand(atMs(call), atMs(event))),
    );

  const stopping = changes.filter(
    ({ operation, parameters }) => operation === "UpdateService" && parameters.desiredCount === 0,
  );
  const backUp = changes
    .filter(
      ({ operation, at }) => operation === "CreateDBSnapshot" && stopping.some((call) => atMs(call) < Date.parse(at)),
    )
    .flatMap((call) =>
      ofKind(events, "snapshot")
        .filter(
          ({ identifier, status }) => identifier === call.parameters.DBSnapshotIdentifier && status === "available",
        )
        .map((event) => strand(atMs(call), atMs(event))),
    );

  const lastStop = Math.max(...stopping.map(atMs));
  const starting = changes.filter(
    (call) =>
      atMs(call) > lastStop &&
      (call.operation === "RunTask" ||
        (call.operation === "UpdateService" && Number(call.parameters.desiredCount) > 0)),
  );
  const [leading, ...following] = starting;
  const started = ofKind(events, "container").filter(
    ({ change, at }) => change === "started" && Date.parse(at) > lastStop,
  );
  const [leader, ...followers] = started;
  return {
    close: closed,
    stop: stops(events, stopping, switches?.executionStoppedAtVisible === false ? "STOPPED" : "DEPROVISIONING"),
    "back-up": backUp,
    migrate: leading && leader ? [strand(atMs(leading), atMs(leader) + readyAfterMs(profile))] : [],
    "scale-out": followers.flatMap((container) => {
      const call = following.find(({ parameters }) => container.group === `service:${shortName(parameters.service)}`);
      return call ? [strand(atMs(call), servesAt(events, container))] : [];
    }),
    open: opened,
  };
}

const shortName = (reference: unknown): string => String(reference).split("/").at(-1)!;

/** Those CreateRule calls whose rule answers 503 by itself, with the rule's ARN: it is accepted just before its call is answered. */
function closingRules(events: readonly SandboxEvent[], changes: Call[]): Map<Call, string> {
  const closing = changes.filter(({ operation, parameters }) => {
    const [action] = (parameters.Actions ?? []) as { Type?: string; FixedResponseConfig?: { StatusCode?: string } }[];
    return operation === "CreateRule" && action?.FixedResponseConfig?.StatusCode === "503";
  });
  const accepted = ofKind(events, "rules").filter(
    ({ change, operation }) => change === "accepted" && operation === "CreateRule",
  );
  return new Map(
    closing.map((call) => [call, accepted.filter(({ seq }) => seq < call.seq).at(-1)?.ruleArn ?? "not accepted"]),
  );
}

/**
 * Every task of a service that is told to stop, until DescribeTasks shows that its containers have ended. Requests in flight must get their time
 * to end, and no more: what a target drains beyond that is not needed. `shownAs`: the status from which on a task's end is shown.
 */
function stops(events: readonly SandboxEvent[], stopping: Call[], shownAs: string): Strand[] {
  const containers = ofKind(events, "container");
  const tasks = ofKind(events, "task");
  return stopping.flatMap((call) => {
    const group = `service:${shortName(call.parameters.service)}`;
    const ends = containers.filter(
      (event) => event.group === group && event.change === "ended" && atMs(event) > atMs(call),
    );
    const firstStart = containers.find(({ change, at }) => change === "started" && Date.parse(at) > atMs(call));
    return ends
      .filter((end) => !firstStart || end.seq < firstStart.seq)
      .map((end) => {
        const shown = tasks.find(({ taskArn, lastStatus }) => taskArn === end.taskArn && lastStatus === shownAs);
        const signalled = containers.find(
          ({ taskArn, change, signal }) => taskArn === end.taskArn && change === "signalled" && signal === "SIGTERM",
        );
        const deregistered = ofKind(events, "target").find(
          ({ change, id, seq }) => change === "deregistered" && id === end.address && seq > call.seq,
        );
        const drainedMs = signalled && deregistered ? atMs(signalled) - atMs(deregistered) : 0;
        const doneMs = Math.max(atMs(end), shown ? atMs(shown) : 0);
        return strand(atMs(call), doneMs, doneMs - atMs(call) - Math.max(0, drainedMs - DRAIN_SECONDS * 1_000));
      });
  });
}

/** When a node is healthy in its target group; where it has none, when it is RUNNING. */
function servesAt(
  events: readonly SandboxEvent[],
  { taskArn, address, seq }: { taskArn: string; address: string; seq: number },
): number {
  const healthy = ofKind(events, "target").find(
    (event) => event.seq > seq && event.id === address && event.change === "health" && event.state === "healthy",
  );
  const running = ofKind(events, "task").find(
    (event) => event.seq > seq && event.taskArn === taskArn && event.lastStatus === "RUNNING",
  );
  return healthy ? atMs(healthy) : running ? atMs(running) : Number.NaN;
}
