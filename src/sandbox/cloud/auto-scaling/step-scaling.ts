import type * as sdk from "@aws-sdk/client-application-auto-scaling";

/** The count that a step policy asks for when its alarm rings; undefined where no step covers how far the metric is beyond the threshold. */
export function stepTo(
  { AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude = 0 }: sdk.StepScalingPolicyConfiguration,
  { current, beyond }: { current: number; beyond: number },
): number | undefined {
  const step = StepAdjustments.find(
    ({ MetricIntervalLowerBound: from = -Infinity, MetricIntervalUpperBound: to = Infinity }) =>
      beyond >= 0 ? beyond >= from && beyond < to : beyond > from && beyond <= to,
  );
  if (!step) return undefined;
  const adjustment = step.ScalingAdjustment ?? 0;
  if (AdjustmentType === "ExactCapacity") return adjustment;
  if (AdjustmentType !== "PercentChangeInCapacity") return Math.max(0, current + adjustment);
  const share = (current * adjustment) / 100;
  const rounded = Math.abs(share) < 1 ? Math.sign(share) : Math.trunc(share);
  const change = Math.sign(adjustment) * Math.max(Math.abs(rounded), MinAdjustmentMagnitude);
  return Math.max(0, current + change);
}
