import type * as sdk from "@aws-sdk/client-application-auto-scaling";
import { arn } from "../../world.ts";
import { type Demand, type Demands, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

const SERVICE = "application-autoscaling";
type Named = { ServiceNamespace?: string; ResourceId?: string; ScalableDimension?: string };

/**
 * Application Auto Scaling. A target's ARN ends in an identifier of AWS's own, which is there only once the target is registered. Registering
 * one needs what scaling it takes: AWS sends calls with invalid parameters in the caller's name to find out.
 */
export function autoScalingDemands({ world, autoScaling }: Known): Demands<typeof sdk> {
  const on =
    (operation: string) =>
    ({ ServiceNamespace, ResourceId = "", ScalableDimension }: Named): Demand[] => [
      {
        action: `${SERVICE}:${operation}`,
        resource: autoScaling.targetArn(ResourceId) ?? arn(world, SERVICE, "scalable-target/*"),
        values: valuesOf({
          [`${SERVICE}:service-namespace`]: ServiceNamespace,
          [`${SERVICE}:scalable-dimension`]: ScalableDimension,
        }),
      },
    ];
  const scaling = ({ ServiceNamespace, ResourceId = "" }: Named): Demand[] => {
    if (ServiceNamespace !== "ecs") return [];
    const [, cluster = ""] = ResourceId.split("/");
    const values = valuesOf({ "ecs:cluster": arn(world, "ecs", `cluster/${cluster}`) });
    const resource = arn(world, "ecs", ResourceId);
    return ["ecs:DescribeServices", "ecs:UpdateService"].map((action) => ({
      action,
      resource,
      values,
      triedFirst: true,
    }));
  };
  return {
    ...withoutResource(
      SERVICE,
      "DescribeScalableTargets",
      "DescribeScalingActivities",
      "DescribeScalingPolicies",
      "DescribeScheduledActions",
    ),
    RegisterScalableTarget: (input) => [...on("RegisterScalableTarget")(input), ...scaling(input)],
    DeregisterScalableTarget: on("DeregisterScalableTarget"),
    PutScalingPolicy: on("PutScalingPolicy"),
    DeleteScalingPolicy: on("DeleteScalingPolicy"),
    PutScheduledAction: on("PutScheduledAction"),
    DeleteScheduledAction: on("DeleteScheduledAction"),
  };
}
