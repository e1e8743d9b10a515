import type * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import { arn } from "../../world.ts";
import { type Demand, type Demands, requestTags, resourceTags, valuesOf, withoutResource } from "../demand.ts";
import type { Known } from "../known.ts";

const SERVICE = "elasticloadbalancing";

/**
 * Elastic Load Balancing. A rule is created on its listener, and has no ARN before it is there: its tags are judged on every rule that the
 * listener could have.
 */
export function elbDemands({ world, elb }: Known): Demands<typeof sdk> {
  const tagsOf = (resource: string) => resourceTags(elb.tags(resource), `${SERVICE}:ResourceTag`);
  const on =
    (operation: string) =>
    (resource = ""): Demand[] => [{ action: `${SERVICE}:${operation}`, resource, values: tagsOf(resource) }];
  const creating = (operation: string, on: { resource: string; created?: string; tags?: sdk.Tag[] }): Demand[] => {
    const { resource, created = resource, tags = [] } = on;
    const asked = requestTags(tags);
    const create = { action: `${SERVICE}:${operation}`, resource, values: { ...tagsOf(resource), ...asked } };
    if (tags.length === 0) return [create];
    const values = { ...asked, ...valuesOf({ [`${SERVICE}:CreateAction`]: operation }) };
    return [create, { action: `${SERVICE}:AddTags`, resource: created, values }];
  };

  return {
    ...withoutResource(
      SERVICE,
      "DescribeAccountLimits",
      "DescribeListenerAttributes",
      "DescribeListeners",
      "DescribeLoadBalancerAttributes",
      "DescribeLoadBalancers",
      "DescribeRules",
      "DescribeTags",
      "DescribeTargetGroupAttributes",
      "DescribeTargetGroups",
      "DescribeTargetHealth",
    ),
    CreateRule: ({ ListenerArn = "", Tags }) =>
      creating("CreateRule", {
        resource: ListenerArn,
        created: `${ListenerArn.replace(":listener/", ":listener-rule/")}/*`,
        tags: Tags,
      }),
    DeleteRule: ({ RuleArn }) => on("DeleteRule")(RuleArn),
    ModifyRule: ({ RuleArn }) => on("ModifyRule")(RuleArn),
    // The reference lists no condition keys for this one: a condition on tags never holds.
    SetRulePriorities: ({ RulePriorities = [] }) =>
      RulePriorities.map(({ RuleArn: resource = "" }) => ({ action: `${SERVICE}:SetRulePriorities`, resource })),
    RegisterTargets: ({ TargetGroupArn }) => on("RegisterTargets")(TargetGroupArn),
    DeregisterTargets: ({ TargetGroupArn }) => on("DeregisterTargets")(TargetGroupArn),
    ModifyTargetGroup: ({ TargetGroupArn }) => on("ModifyTargetGroup")(TargetGroupArn),
    ModifyTargetGroupAttributes: ({ TargetGroupArn }) => on("ModifyTargetGroupAttributes")(TargetGroupArn),
    DeleteTargetGroup: ({ TargetGroupArn }) => on("DeleteTargetGroup")(TargetGroupArn),
    CreateTargetGroup: ({ Name = "", Tags }) =>
      creating("CreateTargetGroup", { resource: arn(world, SERVICE, `targetgroup/${Name}/*`), tags: Tags }),
    CreateLoadBalancer: ({ Name = "", Tags }) =>
      creating("CreateLoadBalancer", { resource: arn(world, SERVICE, `loadbalancer/app/${Name}/*`), tags: Tags }),
    DeleteLoadBalancer: ({ LoadBalancerArn }) => on("DeleteLoadBalancer")(LoadBalancerArn),
    ModifyLoadBalancerAttributes: ({ LoadBalancerArn }) => on("ModifyLoadBalancerAttributes")(LoadBalancerArn),
    CreateListener: ({ LoadBalancerArn = "", Tags }) =>
      creating("CreateListener", {
        resource: LoadBalancerArn,
        created: `${LoadBalancerArn.replace(":loadbalancer/", ":listener/")}/*`,
        tags: Tags,
      }),
    ModifyListener: ({ ListenerArn }) => on("ModifyListener")(ListenerArn),
    DeleteListener: ({ ListenerArn }) => on("DeleteListener")(ListenerArn),
    AddTags: ({ ResourceArns = [], Tags }) =>
      ResourceArns.map((resource) => ({
        action: `${SERVICE}:AddTags`,
        resource,
        values: { ...tagsOf(resource), ...requestTags(Tags) },
      })),
    RemoveTags: ({ ResourceArns = [], TagKeys = [] }) =>
      ResourceArns.map((resource) => ({
        action: `${SERVICE}:RemoveTags`,
        resource,
        values: { ...tagsOf(resource), ...valuesOf({ "aws:TagKeys": TagKeys }) },
      })),
  };
}
