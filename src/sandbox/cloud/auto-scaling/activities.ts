import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import type { Handlers } from "../../wire/server.ts";
import type { World } from "../world.ts";
import { checkNamespace, DIMENSION, page } from "./validation.ts";

export type Activities = {
  /** What was done to a service, and why. `count` is absent where its bounds changed and not its count. */
  add(resourceId: string, activity: { description: string; cause: string; count?: number }): void;
  handlers: Handlers<typeof sdk>;
};

/** Scaling activities "of the previous six weeks", the newest first. */
export function createActivities(world: World): Activities {
  let activities: sdk.ScalingActivity[] = [];
  const digits = () => world.ids.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

  return {
    add(resourceId, { description, cause, count }) {
      const at = new Date(world.clock.now());
      const activity: sdk.ScalingActivity = {
        ActivityId: digits(),
        ServiceNamespace: "ecs",
        ResourceId: resourceId,
        ScalableDimension: DIMENSION,
        Description: description,
        Cause: cause,
        StartTime: at,
        EndTime: at,
        StatusCode: "Successful",
        StatusMessage:
          count === undefined
            ? description.replace(/^Setting/, "Successfully set")
            : `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
      };
      activities = [activity, ...activities];
    },
    handlers: {
      DescribeScalingActivities(input) {
        checkNamespace(input);
        const found = activities.filter(
          ({ ServiceNamespace, ResourceId }) =>
            ServiceNamespace === input.ServiceNamespace &&
            (input.ResourceId === undefined || ResourceId === input.ResourceId),
        );
        const { items, NextToken } = page(found, input);
        return { ScalingActivities: items, NextToken };
      },
    },
  };
}
