import { z } from "zod";
import type { Fault, FaultSource } from "../wire/fault.ts";

const rule = {
  service: z.string().min(1).describe("The SDK's name of the service, for example ECS or Elastic Load Balancing v2"),
  operation: z.string().min(1).describe("An operation's name, or * for any"),
  nth: z.int().min(1).default(1).describe("The first matching call from now that is hit; 1 is the next"),
  count: z.int().min(1).default(1).describe("How many matching calls are hit, one after another"),
};
const ms = z.number().min(0);

/** One injected fault: which calls, and what happens to them. */
export const faultRuleSchema = z.discriminatedUnion("fault", [
  z.strictObject({ ...rule, fault: z.literal("throttle") }),
  z.strictObject({ ...rule, fault: z.literal("internal-error") }),
  z.strictObject({
    ...rule,
    fault: z.literal("time-out"),
    ms: ms.default(120_000).describe("How long the connection stays silent, if the caller waits that long"),
  }),
  z.strictObject({ ...rule, fault: z.literal("reset") }),
  z.strictObject({ ...rule, fault: z.literal("lost") }),
  z.strictObject({ ...rule, fault: z.literal("slow"), ms: ms.describe("How long the answer is held back") }),
]);
export type FaultRule = z.input<typeof faultRuleSchema>;

/** What can be asked for, so that a misspelled rule is refused instead of never hitting anything. */
export type KnownService = { id: string; operations: { has(name: string): boolean } };

export type Faults = FaultSource & {
  /** Throws one error with every problem of the rule. Returns a function that takes the rule back. */
  add(rule: FaultRule): () => void;
  /** Takes every rule back. */
  clear(): void;
  /** The rules that have not hit all their calls yet. */
  pending(): FaultRule[];
};

/**
 * Each rule counts the matching calls for itself. Where several would hit the same call, the rule added first does and the call counts
 * for the others too.
 */
export function createFaults({ services }: { services?: KnownService[] } = {}): Faults {
  const rules = new Set<{ rule: z.output<typeof faultRuleSchema>; seen: number }>();

  return {
    add(input) {
      const parsed = faultRuleSchema.safeParse(input);
      const issues = [...(parsed.error?.issues ?? []), ...(services ? findUnknown(services, input) : [])];
      if (!parsed.success || issues.length > 0)
        throw new Error(`This fault cannot be injected:\n${z.prettifyError({ issues })}`);
      const entry = { rule: parsed.data, seen: 0 };
      rules.add(entry);
      return () => void rules.delete(entry);
    },
    clear: () => rules.clear(),
    pending: () =>
      [...rules].map(({ rule, seen }) => {
        const hits = Math.max(0, seen - rule.nth + 1);
        return { ...rule, nth: Math.max(1, rule.nth - seen), count: rule.count - hits };
      }),
    take(service, operation) {
      let hit: Fault | undefined;
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.service !== service || (rule.operation !== "*" && rule.operation !== operation)) continue;
        entry.seen += 1;
        if (entry.seen >= rule.nth) hit ??= rule;
        if (entry.seen >= rule.nth + rule.count - 1) rules.delete(entry);
      }
      return hit;
    },
  };
}

/** Beside the schema, not in it: zod skips refinements where the rest is wrong already, and every problem is told at once. */
function findUnknown(services: KnownService[], { service, operation }: FaultRule): z.core.$ZodIssue[] {
  const issue = (path: string, message: string): z.core.$ZodIssue => ({
    code: "custom",
    path: [path],
    message,
    input: {},
  });
  const known = services.find(({ id }) => id === service);
  if (!known) return [issue("service", `${service} is not here; there are ${services.map(({ id }) => id).join(", ")}`)];
  if (operation === "*" || known.operations.has(operation)) return [];
  return [issue("operation", `${service} has no operation ${operation}`)];
}
