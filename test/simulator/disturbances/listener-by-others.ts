import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { z } from "zod";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { kind } from "./kind.ts";
import { lasts } from "./lasting.ts";
import { carriedOut, othersOf } from "./others.ts";
import { nth, theTarget } from "./the-target.ts";

const listener = z.int().min(0).describe("Which of the target's listeners, counted round and round");
const anyListener = { listener: fc.nat({ max: 1 }) };
const rule = z.int().min(0).describe("Which of those rules, counted round and round");

/** A page of somebody else's. */
const page = {
  Type: "fixed-response" as const,
  FixedResponseConfig: { StatusCode: "404", ContentType: "text/plain", MessageBody: "nothing here" },
};

/** The listener as it is, its rules by whether an operation made them. */
function listenerOf(cloud: SimulatedCloud, place: number) {
  const { listeners, groups } = theTarget(cloud);
  const { arn, rules } = nth(listeners, place)!;
  const forwards = { Type: "forward" as const, TargetGroupArn: groups[0]! };
  const isOurs = ({ RuleArn }: { RuleArn: string }) =>
    cloud.elb.known.tags(RuleArn).some(({ key }) => key.startsWith("intermission:"));
  const own = rules.filter(({ Priority }) => Priority !== "default");
  const [ours, others] = [own.filter(isOurs), own.filter((rule) => !isOurs(rule))];
  const leadsHere = rules.some(
    ({ Priority, Actions }) => Priority === "default" && JSON.stringify(Actions).includes(`"${groups[0]}"`),
  );
  const byDefault = rules.find(({ Priority }) => Priority === "default")!.Actions as Action[];
  return { arn, leadsHere, byDefault, ours, others, forwards, taken: new Set(rules.map(({ Priority }) => Priority)) };
}

export const listenerByOthers = {
  "default-action-changed": kind({
    schema: z.strictObject({
      what: z.literal("default-action-changed"),
      listener,
      to: z.enum(["page", "target"]).describe("A page of their own, or the target itself"),
    }),
    any: fc.record({
      what: fc.constant("default-action-changed" as const),
      ...anyListener,
      to: fc.constantFrom("page" as const, "target" as const),
    }),
    happen(cloud, { listener: place, to }) {
      const { arn, forwards, leadsHere, byDefault } = listenerOf(cloud, place);
      if (to === "target" && leadsHere) return false;
      const lead = (DefaultActions: Action[]) =>
        carriedOut(othersOf(cloud).elb.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions })));
      // A hold tells them what they did, and they take it back.
      lasts(cloud, undefined, () => void lead(byDefault));
      return lead([to === "page" ? page : forwards]);
    },
  }),

  "rule-added": kind({
    schema: z.strictObject({
      what: z.literal("rule-added"),
      listener,
      where: z.enum(["first", "last"]).describe("Before every rule there is, or after"),
      to: z.enum(["page", "target"]),
      path: z.enum(["/*", "/api/*", "/robots.txt"]),
    }),
    any: fc.record({
      what: fc.constant("rule-added" as const),
      ...anyListener,
      where: fc.constantFrom("first" as const, "last" as const),
      to: fc.constantFrom("page" as const, "target" as const),
      path: fc.constantFrom("/*" as const, "/api/*" as const, "/robots.txt" as const),
    }),
    weight: 2,
    happen(cloud, { listener: place, where, to, path }) {
      const { arn, forwards, taken } = listenerOf(cloud, place);
      const priorities = Array.from({ length: 50_000 }, (_, index) => index + 1);
      const Priority = where === "first" ? priorities.find((one) => !taken.has(String(one))) : undefined;
      const call = new CreateRuleCommand({
        ListenerArn: arn,
        Priority: Priority ?? priorities.findLast((one) => !taken.has(String(one))),
        Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: [path] } }],
        Actions: [to === "page" ? page : forwards],
      });
      return carriedOut(
        othersOf(cloud)
          .elb.send(call)
          .then(({ Rules: [made] = [] }) => {
            // A page of theirs before ours is what a hold tells them of, and they take it back.
            const { RuleArn } = made ?? {};
            if (to === "page")
              lasts(
                cloud,
                undefined,
                () => void carriedOut(othersOf(cloud).elb.send(new DeleteRuleCommand({ RuleArn }))),
              );
          }),
      );
    },
  }),

  "our-rule-deleted": kind({
    schema: z.strictObject({ what: z.literal("our-rule-deleted"), listener, rule }),
    any: fc.record({ what: fc.constant("our-rule-deleted" as const), ...anyListener, rule: fc.nat({ max: 3 }) }),
    weight: 2,
    async happen(cloud, { listener: place, rule: which }) {
      const found = nth(listenerOf(cloud, place).ours, which);
      return found ? carriedOut(othersOf(cloud).elb.send(new DeleteRuleCommand({ RuleArn: found.RuleArn }))) : false;
    },
  }),

  "rule-of-others-deleted": kind({
    schema: z.strictObject({ what: z.literal("rule-of-others-deleted"), listener, rule }),
    any: fc.record({ what: fc.constant("rule-of-others-deleted" as const), ...anyListener, rule: fc.nat({ max: 3 }) }),
    async happen(cloud, { listener: place, rule: which }) {
      const found = nth(listenerOf(cloud, place).others, which);
      return found ? carriedOut(othersOf(cloud).elb.send(new DeleteRuleCommand({ RuleArn: found.RuleArn }))) : false;
    },
  }),

  "rule-of-others-changed": kind({
    schema: z.strictObject({ what: z.literal("rule-of-others-changed"), listener, rule }),
    any: fc.record({ what: fc.constant("rule-of-others-changed" as const), ...anyListener, rule: fc.nat({ max: 3 }) }),
    async happen(cloud, { listener: place, rule: which }) {
      const found = nth(listenerOf(cloud, place).others, which);
      if (!found) return false;
      return carriedOut(othersOf(cloud).elb.send(new ModifyRuleCommand({ RuleArn: found.RuleArn, Actions: [page] })));
    },
  }),

  "priorities-moved": kind({
    schema: z.strictObject({
      what: z.literal("priorities-moved"),
      listener,
      whose: z.enum(["ours", "others"]),
      rule,
      by: z.int().min(1).max(1_000).describe("How much later the rule is then"),
    }),
    any: fc.record({
      what: fc.constant("priorities-moved" as const),
      ...anyListener,
      whose: fc.constantFrom("ours" as const, "others" as const),
      rule: fc.nat({ max: 3 }),
      by: fc.integer({ min: 1, max: 500 }),
    }),
    async happen(cloud, { listener: place, whose, rule: which, by }) {
      const found = nth(listenerOf(cloud, place)[whose], which);
      if (!found) return false;
      const RulePriorities = [{ RuleArn: found.RuleArn, Priority: Number(found.Priority) + by }];
      return carriedOut(othersOf(cloud).elb.send(new SetRulePrioritiesCommand({ RulePriorities })));
    },
  }),

  "delay-changed": kind({
    schema: z.strictObject({
      what: z.literal("delay-changed"),
      group: z.int().min(0),
      seconds: z.int().min(0).max(3_600).describe("The deregistration delay from then on"),
    }),
    any: fc.record({
      what: fc.constant("delay-changed" as const),
      group: fc.nat({ max: 1 }),
      seconds: fc.constantFrom(0, 5, 30, 120, 300),
    }),
    happen(cloud, { group, seconds }) {
      const call = new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: nth(theTarget(cloud).groups, group)!,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(seconds) }],
      });
      return carriedOut(othersOf(cloud).elb.send(call));
    },
  }),
};
