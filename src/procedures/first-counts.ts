import type { FirstStartRequest } from "../operations/operation.ts";
import type { Before } from "./before.ts";
import { shortName } from "./planned.ts";

type Known = Pick<Before, "scalableTargets"> & { services: { name: string }[] };

/** How many nodes each service gets: as the request says, or the least that its scalable target allows, or one. */
export const wantedCounts = (
  { services, scalableTargets }: Known,
  { counts = {} }: Pick<FirstStartRequest, "counts">,
) =>
  Object.fromEntries(
    services.map(({ name }) => {
      const least = scalableTargets.find(({ resourceId }) => shortName(resourceId) === name)?.minCapacity;
      return [name, counts[name] ?? Math.max(1, least ?? 1)];
    }),
  );
