import type { Limit } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { World } from "../world.ts";
import type { Elb, ElbHandlers } from "./model.ts";
import { paginate } from "./pagination.ts";

/** The default quotas of an account, as the Application Load Balancer guide lists them. */
export const QUOTAS = {
  "application-load-balancers": 50,
  "target-groups": 3000,
  "listeners-per-application-load-balancer": 50,
  "certificates-per-application-load-balancer": 25,
  "rules-per-application-load-balancer": 100,
  "targets-per-application-load-balancer": 1000,
  "target-groups-per-application-load-balancer": 100,
  "target-groups-per-action-on-application-load-balancer": 5,
  "condition-values-per-alb-rule": 5,
  "condition-wildcards-per-alb-rule": 5,
} as const;

/** Quotas that hold too but that DescribeAccountLimits does not tell. */
export const UNTOLD_QUOTAS = {
  targetsPerTargetGroup: 1000,
  /** How often one target can be registered with a load balancer, by group and port. */
  registrationsPerTarget: 100,
} as const;

/** Those of this account. */
export const quotasOf = ({ quotas }: Pick<World, "quotas">) =>
  quotas ? { ...QUOTAS, "application-load-balancers": quotas.loadBalancers } : QUOTAS;

export const quotaHandlers = ({ world }: Pick<Elb, "world">) =>
  ({
    DescribeAccountLimits(input) {
      const limits = Object.entries(quotasOf(world)).map(([Name, max]): Limit => ({ Name, Max: String(max) }));
      const { items, NextMarker } = paginate(limits, input);
      return { Limits: items, NextMarker };
    },
  }) satisfies ElbHandlers;
