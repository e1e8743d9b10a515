import { TARGET_TAG } from "../../src/aws/tags.ts";
import type { Grant } from "./grant.ts";
import { all, type NamedTarget, type Names, rulesOf, targetNames } from "./names.ts";

/** The page in front of the application: rules of our own before those that lead to it, and nobody else's touched. */
export const page = (names: Names): Grant[] => [
  {
    sid: "MakeOwnRules",
    why: "The rules that answer with the page, and those that lead past it",
    actions: ["elasticloadbalancing:CreateRule"],
    resources: all(names, ({ listeners }) => listeners),
    conditions: { StringEquals: { [`aws:RequestTag/${TARGET_TAG}`]: targetNames(names) } },
  },
  {
    sid: "TagOwnRules",
    why: "The tags by which these rules are known to be ours, given when they are made and never later",
    actions: ["elasticloadbalancing:AddTags"],
    resources: rulesOf(names),
    conditions: { StringEquals: { "elasticloadbalancing:CreateAction": "CreateRule" } },
  },
  {
    sid: "DeleteOwnRules",
    why: "Opening, and undoing: rules with our tag alone",
    actions: ["elasticloadbalancing:DeleteRule"],
    resources: rulesOf(names),
    conditions: { StringEquals: { [`aws:ResourceTag/${TARGET_TAG}`]: targetNames(names) } },
  },
];

const moves = ({ loadBalancer }: NamedTarget): boolean => loadBalancer.movePriorities;

/** `loadBalancer.movePriorities`: a policy of its own, for it changes rules of other applications. */
export const movingPriorities = (names: Names): Grant[] => [
  {
    sid: "MoveRules",
    why: "Room for our rules where no priority is free, in one change that keeps the order",
    actions: ["elasticloadbalancing:SetRulePriorities"],
    resources: rulesOf(names, names.targets.filter(moves)),
  },
];
