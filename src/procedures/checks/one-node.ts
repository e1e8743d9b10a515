import type { MaintenanceRequest } from "../../operations/operation.ts";
import { inWords } from "../../targets/duration.ts";
import { type Check, fail, given, ok } from "./check.ts";

/** ECS's default where a container has no `stopTimeout`. */
const STOP_TIMEOUT_SECONDS = 30;
/** The scheduler's look before, and the network interface after. */
const AROUND_SECONDS = 40;

/** A maintenance with the site open leaves the target groups as they are: users' requests on the nodes that end may take as long as they may. */
export const oneNodeChecks: Check[] = [
  {
    name: "nodes-end-in-time",
    of: ["maintenance"],
    looked: () => "deregistration delays and stop time-outs, beside `timeouts.stop`",
    expected: "time enough for the nodes that end, where the site stays open and nothing is shortened",
    find: ({ target, request, discovery }) =>
      given(discovery.targetGroups, (groups) =>
        given(discovery.shapes, (shapes) => {
          if ((request as MaintenanceRequest).traffic === "closed") return ok("shortened behind the page");
          const delay = Math.max(0, ...groups.map(({ deregistrationDelaySeconds }) => deregistrationDelaySeconds));
          const stopTimeouts = shapes.flatMap(({ definition }) =>
            (definition.containerDefinitions ?? []).map(({ stopTimeout }) => stopTimeout ?? STOP_TIMEOUT_SECONDS),
          );
          const neededMs = (delay + Math.max(0, ...stopTimeouts) + AROUND_SECONDS) * 1_000;
          const found = `a node may take ${inWords(neededMs)} to end, and timeouts.stop is ${inWords(target.timeouts.stop)}`;
          return neededMs > target.timeouts.stop
            ? fail(found, "Raise timeouts.stop, or lower the deregistration delay of the target groups before")
            : ok(found);
        }),
      ),
  },
];
