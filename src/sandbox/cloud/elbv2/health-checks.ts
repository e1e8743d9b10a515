import type { CheckOutcome } from "../../substrate/network.ts";
import type { Elb, Health, HealthCheck, Target, TargetGroup } from "./model.ts";
import { hostOf, logHealth } from "./target-state.ts";
import { LOST } from "./trouble.ts";

const registering: Health = {
  state: "initial",
  reason: "Elb.RegistrationInProgress",
  description: "Target registration is in progress",
};
const checking: Health = {
  state: "initial",
  reason: "Elb.InitialHealthChecking",
  description: "Initial health checks in progress",
};

/**
 * Checks a target each interval: healthy after as many good answers in a row as the healthy threshold says, unhealthy after as many bad ones
 * as the unhealthy threshold says. Each check goes by the target group's settings of that moment.
 */
export function startHealthChecks(elb: Elb, group: TargetGroup, target: Target): void {
  const { world, network } = elb;
  let good = 0;
  let bad = 0;
  let stopped = false;
  let cancel = () => {};
  const atFirst = group.healthCheck;
  const settings = () => (world.switches.healthCheckChangeReachesRegistered ? group.healthCheck : atFirst);
  target.stopChecks = () => {
    stopped = true;
    cancel();
    target.stopChecks = undefined;
    target.healthCheckChanged = undefined;
  };
  target.healthCheckChanged = () => {
    if (!world.switches.healthCheckChangeStartsAnew) return;
    good = 0;
    bad = 0;
    checkIn(world.latencies.elb.registrationMs);
  };

  function become(health: Health) {
    const { state, reason, description } = target.health;
    if (state === health.state && reason === health.reason && description === health.description) return;
    target.health = health;
    logHealth(world, group, target);
  }

  function judge(outcome: CheckOutcome, { healthyThreshold, unhealthyThreshold, matcher }: HealthCheck) {
    const failure = failureOf(outcome, matcher);
    good = failure ? 0 : good + 1;
    bad = failure ? bad + 1 : 0;
    if (failure && bad >= unhealthyThreshold) become(failure);
    // "After your target is registered, it must pass one health check to be considered healthy": the threshold is for coming back.
    else if (good >= (target.health.state === "initial" ? 1 : healthyThreshold)) become({ state: "healthy" });
  }

  async function checkNow() {
    if (target.health.reason === registering.reason) become(checking);
    const healthCheck = settings();
    const startedAt = world.clock.now();
    const port = healthCheck.port === "traffic-port" ? target.port : Number(healthCheck.port);
    const timeoutMs = healthCheck.timeoutSeconds * 1000;
    const outcome = await network.check(
      { host: hostOf(world, target.id), port },
      { path: healthCheck.path, timeoutMs },
    );
    if (stopped) return;
    judge(elb.trouble.unchecked?.includes(target.id) ? LOST : outcome, healthCheck);
    const elapsedMs = world.clock.now() - startedAt;
    checkIn(Math.max(0, settings().intervalSeconds * 1000 - elapsedMs));
  }

  function checkIn(ms: number) {
    cancel();
    cancel = world.timers.after(ms, () => void checkNow());
  }

  target.health = registering;
  logHealth(world, group, target);
  checkIn(world.latencies.elb.registrationMs);
}

function failureOf(outcome: CheckOutcome, matcher: string): Health | undefined {
  switch (outcome.outcome) {
    case "answered":
      if (matchesCode(matcher, outcome.status)) return undefined;
      return {
        state: "unhealthy",
        reason: "Target.ResponseCodeMismatch",
        description: `Health checks failed with these codes: [${outcome.status}]`,
      };
    case "timed-out":
      return { state: "unhealthy", reason: "Target.Timeout", description: "Request timed out" };
    case "unreachable":
      return { state: "unhealthy", reason: "Target.FailedHealthChecks", description: "Health checks failed" };
  }
}

/** A matcher is a list of codes and ranges: "200,202" or "200-299". */
export const matchesCode = (matcher: string, status: number): boolean =>
  matcher.split(",").some((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return first !== undefined && status >= first && status <= last!;
  });
