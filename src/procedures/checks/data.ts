import { resourceId } from "../../aws/auto-scaling.ts";
import { type Check, fail, given, none, ok, warn } from "./check.ts";

/** What keeps the data, and what could start nodes by itself. */
export const dataChecks: Check[] = [
  {
    name: "database-is-available",
    looked: ({ target }) => (target.database === "none" ? "no database" : `RDS instance ${target.database.instance}`),
    expected: "available, and no member of a cluster",
    find: ({ target, request, discovery }) =>
      given(discovery.database, (instance) => {
        if (target.database === "none") return ok("the target has none");
        if (!instance) return fail("it does not exist", "Correct `database` in the configuration");
        if (instance.clusterMember) return fail("it is a member of a cluster", "Clusters are not supported yet");
        if (request.snapshot === "none")
          return warn(`${instance.status}; the caller wants no snapshot`, "Without one nothing can be restored");
        return instance.status === "available"
          ? ok(`${instance.engine} ${instance.engineVersion}, ${instance.status}`)
          : fail(instance.status, "Wait until it is available");
      }),
  },
  {
    name: "scaling-can-be-suspended",
    looked: () => "scalable targets of the services",
    expected: "desired counts within their bounds: suspending scaling would otherwise start or stop nodes",
    find: ({ discovery }) =>
      given(discovery.scalableTargets, (targets) =>
        given(discovery.services, (services) => {
          const outside = services.flatMap(({ name, desiredCount }) => {
            const scalable = targets.find((each) => each.resourceId === resourceId(discovery.clusterName, name));
            return scalable && (desiredCount < scalable.minCapacity || desiredCount > scalable.maxCapacity)
              ? [`${name}: ${desiredCount}, bounds ${scalable.minCapacity} to ${scalable.maxCapacity}`]
              : [];
          });
          return none(
            outside,
            String,
            targets.length ? `${targets.length} scalable targets` : "none",
            "Bring the desired count inside the bounds",
          );
        }),
      ),
  },
];
