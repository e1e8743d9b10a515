import type { TaskContainer } from "./task.ts";

const DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

/**
 * Runs a container's health check command for as long as its process runs: HEALTHY at the first success, UNHEALTHY after `retries` failures in
 * a row. Failures within the start period do not count until the first success (HEALTHCHECK of Docker, whose meaning ECS keeps).
 */
export function watchHealth(
  container: TaskContainer,
  after: (ms: number, run: () => void) => void,
  changed: () => void,
): void {
  const check = container.definition.healthCheck;
  const process = container.process;
  if (!check || !process) return;
  const { interval, timeout, retries, startPeriod } = { ...DEFAULTS, ...check };
  let checks = 0;
  let failures = 0;

  const look = () => {
    void process.check(check.command!, timeout * 1_000).then((passed) => {
      if (container.process !== process) return;
      checks += 1;
      const inStartPeriod = container.health === "UNKNOWN" && checks * interval <= startPeriod;
      failures = passed || inStartPeriod ? 0 : failures + 1;
      const health = passed ? "HEALTHY" : failures >= retries ? "UNHEALTHY" : container.health;
      if (health !== container.health) {
        container.health = health;
        changed();
      }
      after(interval * 1_000, look);
    });
  };
  after(interval * 1_000, look);
}
