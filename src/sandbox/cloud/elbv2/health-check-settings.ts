import type { CreateTargetGroupInput, ModifyTargetGroupInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { assertLength, assertOneOf, assertPattern, assertRange } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import type { HealthCheck } from "./model.ts";

export const DEFAULT_HEALTH_CHECK: HealthCheck = {
  path: "/",
  port: "traffic-port",
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

/** The health check as the request changes it. */
export function readHealthCheck(
  input: CreateTargetGroupInput | ModifyTargetGroupInput,
  before: HealthCheck,
): HealthCheck {
  const { HealthCheckProtocol = "HTTP", HealthCheckEnabled = true, Matcher } = input;
  assertOneOf(HealthCheckProtocol, "healthCheckProtocol", ["HTTP", "HTTPS"]);
  if (HealthCheckProtocol !== "HTTP") throw notSimulated("health checks over HTTPS");
  if (!HealthCheckEnabled)
    throw validationError("Health check enabled must be true for target groups with target type 'ip'");
  if (Matcher?.GrpcCode !== undefined) throw notSimulated("gRPC health checks");
  const ranged = (value: number | undefined, fallback: number, path: string, [minimum, maximum]: [number, number]) =>
    value === undefined ? fallback : assertRange(value, path, { minimum, maximum });

  const after: HealthCheck = {
    path: input.HealthCheckPath ?? before.path,
    port: input.HealthCheckPort ?? before.port,
    matcher: Matcher?.HttpCode ?? before.matcher,
    intervalSeconds: ranged(
      input.HealthCheckIntervalSeconds,
      before.intervalSeconds,
      "healthCheckIntervalSeconds",
      [5, 300],
    ),
    timeoutSeconds: ranged(
      input.HealthCheckTimeoutSeconds,
      before.timeoutSeconds,
      "healthCheckTimeoutSeconds",
      [2, 120],
    ),
    healthyThreshold: ranged(input.HealthyThresholdCount, before.healthyThreshold, "healthyThresholdCount", [2, 10]),
    unhealthyThreshold: ranged(
      input.UnhealthyThresholdCount,
      before.unhealthyThreshold,
      "unhealthyThresholdCount",
      [2, 10],
    ),
  };
  assertPattern(assertLength(after.path, "healthCheckPath", { minimum: 1, maximum: 1024 }), "healthCheckPath", /^\//);
  assertCheckPort(after.port);
  assertMatcher(after.matcher);
  if (after.timeoutSeconds >= after.intervalSeconds) {
    throw validationError(
      `Health check timeout '${after.timeoutSeconds}' must be smaller than the interval '${after.intervalSeconds}'`,
    );
  }
  return after;
}

function assertCheckPort(port: string): void {
  if (port === "traffic-port" || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) return;
  throw validationError(`Health check port '${port}' must be 'traffic-port' or in the range 1-65535`);
}

function assertMatcher(matcher: string): void {
  const valid = matcher.split(",").every((part) => {
    const codes = /^(\d{3})(?:-(\d{3}))?$/.exec(part);
    const [first, last] = [Number(codes?.[1]), Number(codes?.[2] ?? codes?.[1])];
    return first >= 200 && last <= 499 && first <= last;
  });
  if (!valid) throw validationError(`Health check matcher HTTP code '${matcher}' must be within '200-499' inclusive`);
}
