import { z } from "zod";
import type { Mutation } from "./operation.ts";

/** How operators get past the page. The header's value is a secret: only where it is found is told. */
export const bypassSchema = z
  .object({
    header: z.string().optional().describe("The header that requests must have"),
    sources: z.array(z.string()).describe("From where requests get through without it"),
    ask: z
      .string()
      .describe("How whoever may read the listener's rules finds the header's value, while the page is up"),
  })
  .meta({ id: "Bypass" });
export type Bypass = z.infer<typeof bypassSchema>;

type Condition = {
  HttpHeaderConfig?: { HttpHeaderName?: string };
  SourceIpConfig?: { Values?: string[] };
};
type Rule = { ListenerArn?: string; Tags?: { Key?: string; Value?: string }[]; Conditions?: Condition[] };

/** What the bypass rules among an operation's changes ask for. Undefined where there are none. */
export function bypassOf(mutations: readonly Mutation[]): Bypass | undefined {
  const rules = mutations
    .filter(({ operation }) => operation === "CreateRule")
    .map(({ parameters }) => parameters as Rule)
    .filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === "intermission:role" && Value === "bypass"));
  const [first] = rules;
  if (!first) return undefined;
  const conditions = rules.flatMap(({ Conditions = [] }) => Conditions);
  const header = conditions
    .map(({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName)
    .find((name) => name?.includes("bypass"));
  return {
    header,
    sources: [...new Set(conditions.flatMap(({ SourceIpConfig }) => SourceIpConfig?.Values ?? []))],
    ask: `aws elbv2 describe-rules --listener-arn ${first.ListenerArn}`,
  };
}
