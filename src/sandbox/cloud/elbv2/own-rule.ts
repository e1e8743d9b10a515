import { OperationNotPermittedException$ } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { type Elb, type Listener, type Rule, rule } from "./model.ts";

export const RULE_PRIORITY = { minimum: 1, maximum: 50_000 };

/** A rule that may be changed: any but a listener's default one, which only ModifyListener can change. */
export function ownRule(
  elb: Elb,
  arn: string,
  verb: "modified" | "moved" | "deleted",
): { rule: Rule; listener: Listener } {
  const found = rule(elb, arn);
  if (found.rule.priority !== "default") return found;
  throw awsError(OperationNotPermittedException$, `Default rule '${arn}' cannot be ${verb}`);
}
