import { z } from "zod";
import type { OperationState } from "./state.ts";

/** How operators get past the page. The header's value is a secret: only where it is found is told. */
export const wayPastThePageSchema = z
  .object({
    header: z.string().optional().describe("The header that requests must have"),
    sources: z.array(z.string()).describe("From where requests get through without it"),
    ask: z
      .string()
      .describe("What answers the header's value to whoever may decide, as long as the operation is active"),
  })
  .meta({ id: "WayPastThePage" });
export type WayPastThePage = z.infer<typeof wayPastThePageSchema>;

type Condition = {
  HttpHeaderConfig?: { HttpHeaderName?: string };
  SourceIpConfig?: { Values?: string[] };
};
type Rule = { Tags?: { Key?: string; Value?: string }[]; Conditions?: Condition[] };

/** What the bypass rules among an operation's changes ask for. Undefined where there are none. */
export function bypassOf({ id, mutations }: Pick<OperationState, "id" | "mutations">): WayPastThePage | undefined {
  const rules = mutations
    .filter(({ operation }) => operation === "CreateRule")
    .map(({ parameters }) => parameters as Rule)
    .filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === "intermission:role" && Value === "bypass"));
  if (rules.length === 0) return undefined;
  const conditions = rules.flatMap(({ Conditions = [] }) => Conditions);
  const header = conditions
    .map(({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName)
    .find((name) => name?.includes("bypass"));
  return {
    header,
    sources: [...new Set(conditions.flatMap(({ SourceIpConfig }) => SourceIpConfig?.Values ?? []))],
    ask: `GET /v1/operations/${id}/bypass`,
  };
}
