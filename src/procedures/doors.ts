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

/** A request that the rule matches, to ask through this door what the public gets. Undefined where none can be made from outside. */
export type SampleRequest = { host: string; path: string; query: string; headers: Record<string, string> };

export function sampleFor(
  conditions: RuleCondition[],
  ordinary: { host: string; path: string },
): SampleRequest | undefined {
  const sample: SampleRequest = { ...ordinary, query: "", headers: {} };
  for (const condition of conditions) {
    const [value] = valuesOf(condition);
    switch (condition.Field) {
      case "host-header":
        if (!valuesOf(condition).some((pattern) => wildcard(pattern, "i").test(ordinary.host.replace(/:\d+$/, ""))))
          sample.host = filled(value ?? "");
        break;
      case "path-pattern":
        if (!valuesOf(condition).some((pattern) => wildcard(pattern, "").test(ordinary.path)))
          sample.path = filled(value ?? "/");
        break;
      case "http-header":
        sample.headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? "").toLowerCase()] = filled(value ?? "");
        break;
      case "query-string": {
        const [pair] = condition.QueryStringConfig?.Values ?? [];
        sample.query = `${filled(pair?.Key ?? "probe")}=${filled(pair?.Value ?? "")}`;
        break;
      }
      case "http-request-method":
        if (!valuesOf(condition).includes("GET")) return undefined;
        break;
      default:
        return undefined;
    }
  }
  return sample;
}

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

const wildcard = (pattern: string, flags: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  );
const filled = (pattern: string) => pattern.replaceAll("*", "probe").replaceAll("?", "x");
