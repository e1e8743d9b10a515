import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Listener, ListenerRule } from "../aws/load-balancer.ts";

export type ListenerRules = Listener & { rules: ListenerRule[] };
/** A rule, or a listener's default action, through which the public reaches the application. */
export type Door = { listener: Listener; rule: ListenerRule; targetGroupArn: string };

/** Every way from a listener to one of these target groups. A rule behind one that catches all it could is no way in. */
export const doorsTo = (listeners: ListenerRules[], targetGroupArns: string[]): Door[] =>
  listeners.flatMap(({ rules, ...listener }) =>
    rules.flatMap((rule) => {
      const targetGroupArn = forwardedGroups(rule).find((arn) => targetGroupArns.includes(arn));
      if (!targetGroupArn || rulesBefore(rules, rule).some((earlier) => covers(earlier, rule))) return [];
      return [{ listener, rule, targetGroupArn }];
    }),
  );

export const rulesBefore = (rules: ListenerRule[], { priority = Number.POSITIVE_INFINITY }: { priority?: number }) =>
  rules.filter((each) => each.priority !== undefined && each.priority < priority);

/** A group with weight 0 counts: clients that stick to it still get there. */
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

/** Whoever comes through must show who they are first: the action that asks for it, such as `authenticate-oidc`. */
export const guardOf = ({ actions = [] }: ListenerRule): string | undefined =>
  actions.find(({ Type }) => Type !== "forward")?.Type;

export const nameOfDoor = ({ listener, rule }: Pick<Door, "listener" | "rule">): string =>
  `${listener.protocol} ${listener.port}, rule ${rule.priority ?? "default"}`;

/** The values of a condition, wherever AWS keeps them for its field; regular expressions are not among them. */
export const valuesOf = (condition: RuleCondition): string[] =>
  condition.HostHeaderConfig?.Values ??
  condition.PathPatternConfig?.Values ??
  condition.HttpHeaderConfig?.Values ??
  condition.HttpRequestMethodConfig?.Values ??
  condition.SourceIpConfig?.Values ??
  condition.QueryStringConfig?.Values?.map(({ Key, Value }) => (Key ? `${Key}=${Value}` : (Value ?? ""))) ??
  condition.Values ??
  [];

export const expressionsOf = (condition: RuleCondition): string[] =>
  condition.HostHeaderConfig?.RegexValues ??
  condition.PathPatternConfig?.RegexValues ??
  condition.HttpHeaderConfig?.RegexValues ??
  condition.RegexValues ??
  [];

/** Whether every request of the later rule is one of the earlier rule's. Says no where it cannot tell. */
export const covers = (earlier: ListenerRule, later: ListenerRule): boolean =>
  earlier.conditions.every((wanted) => {
    const catchesAll =
      wanted.Field === "path-pattern" && valuesOf(wanted).some((pattern) => pattern === "*" || pattern === "/*");
    return catchesAll || later.conditions.some((given) => isPartOf(given, wanted));
  });

function isPartOf(given: RuleCondition, wanted: RuleCondition): boolean {
  const headers = [given, wanted].map(({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName?.toLowerCase());
  if (given.Field !== wanted.Field || headers[0] !== headers[1]) return false;
  if (!expressionsOf(given).every((expression) => expressionsOf(wanted).includes(expression))) return false;
  const patterns = valuesOf(wanted);
  const globs = given.Field === "host-header" || given.Field === "path-pattern";
  return valuesOf(given).every((value) =>
    patterns.some((pattern) => pattern === value || (globs && isWithin(value, pattern))),
  );
}

/** A star of the pattern takes in whatever stands in its place, another star or question mark included; nothing else does. */
function isWithin(value: string, pattern: string): boolean {
  if (pattern.includes("?") || pattern.includes("\\")) return false;
  const source = pattern
    .split("*")
    .map((literal) => literal.replace(/[.+^$()|[\]{}]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(value);
}
