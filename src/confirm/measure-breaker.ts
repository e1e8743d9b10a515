import { leaderSettings } from "../procedures/leader-settings.ts";
import { deploymentOf } from "./change.ts";
import { asAssumed, differs, type Measurement, notMeasured } from "./measurement.ts";

/** What a leader that runs in its service is guarded by, beside the runbook. */
export const breakerCountOne: Measurement = {
  name: "breaker-count-one",
  asks: "Does UpdateService take a circuit breaker that gives up at the first failure, keep it, and start no deployment for it?",
  assumes: "yes, as `leader: service` sets it",
  does: "gives the first service that breaker, reads it back, and gives it its own again",
  disturbs: "nobody, unless a deployment fails in the same moment",
  async run({ aws, target, make, clock, signal }) {
    const { cluster } = target;
    const name = target.services[0]!.name;
    const [service] = await aws.ecs.services(cluster, [name]);
    if (!service) return notMeasured(`service ${name} is gone`);
    const of = { settings: service.settings, hasLoadBalancer: service.loadBalancers.length > 0 };
    const settings = deploymentOf(service);
    const { deploymentConfiguration } = leaderSettings(of, 0);
    const wanted = {
      ...settings.deploymentConfiguration,
      deploymentCircuitBreaker: deploymentConfiguration?.deploymentCircuitBreaker,
    };
    const refused = await make({ kind: "service-settings", cluster, service: name, settings }, () =>
      aws.ecs.updateService({ cluster, service: name, deploymentConfiguration: wanted }).then(
        () => undefined,
        (error: unknown) => error as Error,
      ),
    );
    if (refused)
      return differs("Nothing at once: the runbook then sets none, and its own guard gives up at the first failure", [
        { what: "refused", seen: `${refused.name}: ${refused.message}` },
      ]);
    await clock.sleep(5_000, signal);
    const [now] = await aws.ecs.services(cluster, [name]);
    const kept = now?.settings.deploymentConfiguration.deploymentCircuitBreaker as
      | { thresholdConfiguration?: { type?: string; value?: number } }
      | undefined;
    const { type, value } = kept?.thresholdConfiguration ?? {};
    const ids = (deployments: { id: string }[] = []) => deployments.map(({ id }) => id).join(", ");
    const measured = [
      { what: "threshold as read back", seen: `${type ?? "none"} ${value ?? ""}`.trim() },
      { what: "deployments", seen: ids(now?.deployments) },
    ];
    if (type !== "COUNT" || value !== 1)
      return differs(
        "Do not count on the breaker with `leader: service`: only the runbook's own guard is there",
        measured,
      );
    return ids(now?.deployments) === ids(service.deployments)
      ? asAssumed(measured)
      : differs("Settings start a deployment here: use `leader: task`, or change them outside the window", measured);
  },
};
