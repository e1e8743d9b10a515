import { boundsOf, resourceId } from "../../aws/auto-scaling.ts";
import { boundsCommand, liesWithin } from "../scaling.ts";
import { type Check, given, ok, warn } from "./check.ts";

/** What could start or stop nodes by itself. */
export const scalingChecks: Check[] = [
  {
    name: "scaling-can-be-suspended",
    looked: () => "scalable targets of the services",
    expected: "desired counts within their bounds: suspending and resuming scaling moves them there",
    find: ({ discovery }) =>
      given(discovery.scalableTargets, (targets) =>
        given(discovery.services, (services) => {
          const outside = services.flatMap(({ name, desiredCount }) => {
            const target = targets.find((each) => each.resourceId === resourceId(discovery.clusterName, name));
            const { in: scaleIn, out, scheduled } = target?.suspended ?? {};
            if (!target || liesWithin(desiredCount, boundsOf(target)) || (scaleIn && out && scheduled)) return [];
            return { name, desiredCount, target };
          });
          if (outside.length === 0) return ok(targets.length ? `${targets.length} scalable targets` : "none");
          return warn(
            outside
              .map(
                ({ name, desiredCount, target: { minCapacity, maxCapacity } }) =>
                  `${name} has a count of ${desiredCount}, bounds of ${minCapacity} to ${maxCapacity}: suspending moves the bounds to where it is, and there they stay, for resuming within the old ones would ${desiredCount < minCapacity ? "start" : "stop"} nodes`,
              )
              .join("; "),
            `Bring the counts inside the bounds before; or give the bounds back once they are: ${outside
              .map(({ target }) => boundsCommand(target.resourceId, boundsOf(target)))
              .join("; ")}`,
          );
        }),
      ),
  },
];
