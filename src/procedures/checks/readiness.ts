import { logsOf } from "../../aws/logs.ts";
import { hasHealthCheck } from "../readiness.ts";
import { type Check, fail, given, ok, warn } from "./check.ts";

/** How each service's nodes show that they work. */
export const readinessChecks: Check[] = [
  {
    name: "nodes-show-that-they-work",
    looked: () => "load balancers, container health checks and `ready` of the services",
    expected: "one of them for each service; a line to wait for is one that CloudWatch Logs has",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) =>
        given(discovery.services, (services) => {
          const ways = target.services.flatMap(({ name, container, ready }) => {
            const shape = shapes.find(({ service }) => service === name);
            const service = services.find((each) => each.name === name);
            if (!shape || !service) return [];
            const { logConfiguration } =
              shape.definition.containerDefinitions?.find((each) => each.name === container) ?? {};
            const unreadable = ready && !logsOf(shape.definition)[container];
            return {
              name,
              unreadable: unreadable
                ? [`${name}: ${container} writes to ${logConfiguration?.logDriver ?? "no log driver"}`]
                : [],
              shown: [
                ...(service.loadBalancers.length ? ["its target groups"] : []),
                ...(hasHealthCheck(shape.definition) ? ["its container health check"] : []),
                ...(ready ? [`the line ${ready.log}`] : []),
              ],
            };
          });
          const unreadable = ways.flatMap((way) => way.unreadable);
          if (unreadable.length)
            return fail(
              unreadable.join("; "),
              "Use the log driver awslogs with a group, a region and a stream prefix, give the container a health check instead, or leave `ready` out",
            );
          const silent = ways.filter(({ shown }) => shown.length === 0);
          if (silent.length)
            return warn(
              silent.map(({ name }) => `nothing shows that a node of ${name} works, so RUNNING has to do`).join("; "),
              "Give the container a health check, or name the line that it writes when it works: `ready: { log: … }`",
            );
          return ok(ways.map(({ name, shown }) => `${name}: ${shown.join(" and ")}`).join("; "));
        }),
      ),
  },
];
