import type { LoadBalancer } from "../../aws/load-balancer.ts";
import type { Target } from "../../targets/schema.ts";
import type { Cause } from "../in-a-row.ts";
import type { AnswerThere } from "../reachability.ts";

type Around = { target: Target; balancers: LoadBalancer[] };

/** What to do about answers that were not as expected: once for each cause at each load balancer. */
export function remedies(answers: AnswerThere[], around: Around): string {
  const found = answers.flatMap(({ wrong, cause, loadBalancerArn }) => {
    const balancer = around.balancers.find(({ arn }) => arn === loadBalancerArn);
    return wrong === undefined || !balancer ? [] : [remedy(cause, { ...around, balancer })];
  });
  return [...new Set(found)].join(". ");
}

function remedy(cause: Cause | undefined, { target, balancer }: Around & { balancer: LoadBalancer }): string {
  const { name } = balancer;
  switch (cause) {
    case "no-such-name":
      return `The runbook's functions must resolve ${balancer.dnsName}: where they run in a VPC, its DNS resolution must be enabled`;
    case "no-connection":
      return letIn(balancer);
    case "refused":
      return `Nobody listens at an address of ${name}: it was deleted a moment ago, or something between it and the runbook's functions refuses connections`;
    case "untrusted-certificate":
      return `Probes connect to the addresses of ${name} and expect a certificate for ${target.origin?.host ?? new URL(target.url).hostname}. Where it has another name, give that as origin.host; where it is signed by an authority of your own, give the runbook's functions its certificate by NODE_EXTRA_CA_CERTS`;
    case "no-tls":
      return `Something else than TLS answers at ${name}: look which listener has that port`;
    case "firewall":
      return `Let the runbook's requests pass the web ACL of ${name}: by the address that they come from, or by a header given as origin.headers`;
    case "redirect":
      return "Give as `url` where the redirect leads to, with its path";
    case "no-answer":
    case "cut-off":
    case "not-ready":
    case undefined:
      return "Repair the application first: nothing can be compared with what does not answer well now. Where it is well, compare the path of the ready probe, below that of `url`, with what the application serves";
  }
}

/** Lambda functions outside of a VPC come from changing addresses; those inside one come to public addresses through its NAT gateway. */
function letIn({ name, scheme, vpcId, subnetIds, securityGroupIds }: LoadBalancer): string {
  const groups = securityGroupIds.length ? securityGroupIds.join(", ") : "its security groups";
  return scheme === "internal"
    ? `${name} is internal: run the runbook's functions in ${vpcId}, in ${subnetIds.join(" or ")} or other subnets with a way to it, with a security group that ${groups} of ${name} lets in. It is reached from nowhere else, and what cannot be reached cannot be proven closed`
    : `${groups} of ${name} must let in the address that the runbook's requests come from. Functions outside of a VPC have no address of their own: run them in subnets whose NAT gateway has one, and allow that`;
}
