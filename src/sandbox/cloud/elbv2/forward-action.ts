import { type Action, TooManyTargetGroupsException$ } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { type Elb, type ForwardRouting, targetGroup } from "./model.ts";
import { QUOTAS } from "./quotas.ts";
import { createWeightedChoice } from "./weighted-choice.ts";

const WEIGHT = { minimum: 0, maximum: 999 };
/** Seven days. */
const DURATION = { minimum: 1, maximum: 604_800 };

/** One target group by its ARN, or up to five with weights. Described with a `TargetGroupArn` where there is one group only. */
export function readForward(elb: Elb, { Type, TargetGroupArn, ForwardConfig }: Action) {
  const tuples = ForwardConfig?.TargetGroups?.length
    ? ForwardConfig.TargetGroups
    : [{ TargetGroupArn, Weight: undefined }];
  const arns = tuples.map((tuple) => tuple.TargetGroupArn);
  if (TargetGroupArn && (arns.length > 1 || arns[0] !== TargetGroupArn)) {
    throw validationError("TargetGroupArn and ForwardConfig must name the same target group");
  }
  const maximum = QUOTAS["target-groups-per-action-on-application-load-balancer"];
  if (tuples.length > maximum) {
    throw awsError(TooManyTargetGroupsException$, `An action cannot have more than ${maximum} target groups`);
  }
  if (new Set(arns).size < arns.length) throw validationError("A forward action can name a target group only once");

  const groups = tuples.map((tuple) => {
    if (!tuple.TargetGroupArn) {
      throw validationError("A target group ARN must be specified for an action of type 'forward'");
    }
    const weight = assertRange(tuple.Weight ?? 1, "forwardConfig.targetGroups.weight", WEIGHT);
    return { targetGroup: targetGroup(elb, tuple.TargetGroupArn), weight };
  });
  const stickiness = readStickiness(ForwardConfig?.TargetGroupStickinessConfig);
  const routing: ForwardRouting = {
    type: "forward",
    groups,
    next: createWeightedChoice(groups),
    ...(stickiness.Enabled && { stickySeconds: stickiness.DurationSeconds }),
  };
  const action = {
    Type,
    ...(groups.length === 1 && { TargetGroupArn: groups[0]!.targetGroup.arn }),
    ForwardConfig: {
      TargetGroups: groups.map(({ targetGroup, weight }) => ({ TargetGroupArn: targetGroup.arn, Weight: weight })),
      TargetGroupStickinessConfig: stickiness,
    },
  };
  return { action, routing };
}

type StickinessConfig = NonNullable<NonNullable<Action["ForwardConfig"]>["TargetGroupStickinessConfig"]>;

function readStickiness({ Enabled = false, DurationSeconds }: StickinessConfig = {}) {
  if (DurationSeconds !== undefined) {
    assertRange(DurationSeconds, "forwardConfig.targetGroupStickinessConfig.durationSeconds", DURATION);
  }
  if (Enabled && DurationSeconds === undefined) {
    throw validationError("Target group stickiness needs a DurationSeconds");
  }
  return { Enabled, ...(DurationSeconds !== undefined && { DurationSeconds }) };
}
