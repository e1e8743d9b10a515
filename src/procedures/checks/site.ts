import { forwardedGroups } from "../doors.ts";
import { type Check, fail, given, none } from "./check.ts";

/** How the public gets in, and how it is kept out. */
export const siteChecks: Check[] = [
  {
    name: "load-balancer-leads-here",
    looked: () => "the services' target groups and the listeners of their load balancers",
    expected:
      "the leader's service has a target group of type ip or instance that a listener of an Application Load Balancer forwards to",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) =>
        given(discovery.targetGroups, (groups) =>
          given(discovery.loadBalancers, (balancers) =>
            given(discovery.listeners, (listeners) => {
              const leader = services.find(({ name }) => name === target.services[0]?.name);
              if (!leader?.loadBalancers.length)
                return fail(
                  `${target.services[0]?.name} has no load balancer`,
                  "Targets without a load balancer are not supported yet",
                );
              const forwarded = new Set(listeners.flatMap(({ rules }) => rules.flatMap(forwardedGroups)));
              const problems = [
                ...groups
                  .filter(({ targetType }) => targetType !== "ip" && targetType !== "instance")
                  .map(({ name, targetType }) => `${name} has targets of type ${targetType}`),
                ...groups.filter(({ arn }) => !forwarded.has(arn)).map(({ name }) => `no listener forwards to ${name}`),
                ...balancers
                  .filter(({ type }) => type !== "application")
                  .map(({ name, type }) => `${name} is a ${type} load balancer`),
              ];
              return none(
                problems,
                String,
                balancers.map(({ name }) => name).join(", "),
                "Name the service that the load balancer forwards to first",
              );
            }),
          ),
        ),
      ),
  },
];
