import type { LoadBalancer } from "../aws/load-balancer.ts";
import type { Entry } from "./entry.ts";
import { UNDECIDED } from "./entry.ts";

type Where = { account: string; region: string; loadBalancers: LoadBalancer[] };

/** How Intermission itself is deployed, as far as that follows from its first target. */
export const draftDeployment = ({ account, region, loadBalancers }: Where): Entry[] => {
  const hidden = loadBalancers.filter(({ scheme }) => scheme === "internal");
  return [
    {
      key: "account",
      value: account,
      above: [
        "Found: where the services are. All targets of this file are of one account and one region, and Intermission is deployed there too.",
      ],
    },
    { key: "region", value: region },
    ...(hidden[0] ? [network(hidden[0])] : []),
    {
      above: [
        "Defaults that apply: `name: intermission`, `logRetentionDays: 365`, `alarms: { longestWindow: 2h, longestWait: 1h }`.",
        "DECIDE who is told of alarms. Nobody is, until this says it:",
        "notify: { emails: [oncall@example.com] }",
      ],
    },
  ];
};

const network = ({ name, vpcId, subnetIds, zoneNames, securityGroupIds }: LoadBalancer): Entry => ({
  key: "network",
  above: [
    `Found: load balancer ${name} is internal, so the functions must be in its VPC to look at the page. These are its own subnets and zones.`,
    "RISKY: in these subnets the functions reach AWS by a NAT gateway, or by the endpoints that `endpoints: true` makes.",
  ],
  entries: [
    { key: "vpc", value: vpcId },
    { key: "subnets", value: subnetIds },
    { key: "availabilityZones", value: zoneNames },
    {
      key: "securityGroups",
      value: UNDECIDED,
      above: [
        `DECIDE a list of security groups for the functions: ones that the load balancer lets in on its listeners' ports. Its own are ${securityGroupIds.join(", ") || "none"}; which they let in was not asked.`,
      ],
    },
  ],
});
