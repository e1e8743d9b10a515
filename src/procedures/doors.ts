import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Listener, ListenerRule } from "../aws/load-balancer.ts";

export type ListenerRules = Listener & { rules: ListenerRule[] };
/** A rule, or a listener's default action, through which the public reaches the application. */
export type Door = { listener: Listener; rule: ListenerRule; targetGroupArn: string };

/** Every way from a listener to one of these target groups. */
export const doorsTo = (listeners: ListenerRules[], targetGroupArns: string[]): Door[] =>
  listeners.flatMap(({ rules, ...listener }) =>
    rules.flatMap((rule) => {
      const targetGroupArn = forwardedGroups(rule).find((arn) => targetGroupArns.includes(arn));
      return targetGroupArn ? [{ listener, rule, targetGroupArn }] : [];
    }),
  );

export const forwardedGroups = ({ actions = [] }: ListenerRule): string[] => [
  ...new Set(
    actions.flatMap(({ Type, TargetGroupArn, ForwardConfig }) =>
      Type === "forward"
        ? [TargetGroupArn, ...(ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn)].filter(
            (arn) => arn !== undefined,
          )
        : [],
    ),
  ),
];

/** The values of a condition, wherever AWS keeps them for its field. */
export const valuesOf = (condition: RuleCondition): string[] =>
  condition.HostHeaderConfig?.Values ??
  condition.PathPatternConfig?.Values ??
  condition.HttpHeaderConfig?.Values ??
  condition.HttpRequestMethodConfig?.Values ??
  condition.SourceIpConfig?.Values ??
  condition.QueryStringConfig?.Values?.map(({ Key, Value }) => (Key ? `${Key}=${Value}` : (Value ?? ""))) ??
  condition.Values ??
  [];
