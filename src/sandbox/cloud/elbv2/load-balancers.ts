import { isDeepStrictEqual } from "node:util";
import {
  type CreateLoadBalancerInput,
  DuplicateLoadBalancerNameException$,
  LoadBalancerNotFoundException$,
  OperationNotPermittedException$,
  SubnetNotFoundException$,
  TooManyLoadBalancersException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { arn } from "../world.ts";
import { defaultAttributes, describeAttributes, LOAD_BALANCER_ATTRIBUTES, modifyAttributes } from "./attributes.ts";
import { assertOneOf } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import { removeListener } from "./listeners.ts";
import { type Elb, type ElbHandlers, type LoadBalancer, listenersOf, loadBalancer } from "./model.ts";
import { paginate } from "./pagination.ts";
import { quotasOf } from "./quotas.ts";
import { readTags } from "./tags.ts";

const NAME = /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/;
/** Every load balancer of the sandbox stands in its one VPC. */
const VPC_ID = "vpc-0c0c0c0c0c0c0c0c0";

export const loadBalancerHandlers = (elb: Elb) =>
  ({
    CreateLoadBalancer(input) {
      const name = readName(input.Name!);
      const settings = readSettings(input);
      const tags = readTags(input.Tags);
      const twin = [...elb.loadBalancers.values()].find((other) => other.name === name);
      if (twin && isDeepStrictEqual(twin.settings, settings)) return { LoadBalancers: [describe(elb, twin)] };
      if (twin) {
        throw awsError(
          DuplicateLoadBalancerNameException$,
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      }
      if (elb.loadBalancers.size >= quotasOf(elb.world)["application-load-balancers"]) {
        throw awsError(TooManyLoadBalancersException$, "The quota of load balancers of this account has been reached");
      }
      const created = create(elb, name, settings);
      elb.loadBalancers.set(created.arn, created);
      elb.tags.set(created.arn, tags);
      return { LoadBalancers: [describe(elb, created)] };
    },
    DescribeLoadBalancers(input) {
      const all = [...elb.loadBalancers.values()];
      const named = input.Names?.map(
        (name) => all.find((balancer) => balancer.name === name) ?? notFound(`Load balancers '[${name}]' not found`),
      );
      const found = input.LoadBalancerArns?.map((arn) => loadBalancer(elb, arn)) ?? named ?? all;
      const { items, NextMarker } = paginate(found, input);
      return { LoadBalancers: items.map((balancer) => describe(elb, balancer)), NextMarker };
    },
    async DeleteLoadBalancer(input) {
      // Deleting one that is gone already succeeds.
      const balancer = elb.loadBalancers.get(input.LoadBalancerArn!);
      if (!balancer) return {};
      if (balancer.attributes.get("deletion_protection.enabled") === "true") {
        throw awsError(
          OperationNotPermittedException$,
          `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      elb.loadBalancers.delete(balancer.arn);
      elb.tags.delete(balancer.arn);
      elb.network.name(balancer.dnsName, []);
      await Promise.all(listenersOf(elb, balancer).map((listener) => removeListener(elb, listener)));
      return {};
    },
    DescribeLoadBalancerAttributes: (input) => ({
      Attributes: describeAttributes(loadBalancer(elb, input.LoadBalancerArn!).attributes),
    }),
    ModifyLoadBalancerAttributes(input) {
      const { attributes } = loadBalancer(elb, input.LoadBalancerArn!);
      modifyAttributes(LOAD_BALANCER_ATTRIBUTES, attributes, input.Attributes!);
      return { Attributes: describeAttributes(attributes) };
    },
  }) satisfies ElbHandlers;

function readName(name: string): string {
  if (NAME.test(name)) return name;
  throw validationError(
    `The load balancer name '${name}' must have at most 32 letters, digits and hyphens, no hyphen at either end, and must not begin with 'internal-'`,
  );
}

function readSettings(input: CreateLoadBalancerInput): LoadBalancer["settings"] {
  const { Type = "application", Scheme = "internet-facing", IpAddressType = "ipv4" } = input;
  assertOneOf(Type, "type", ["application", "network", "gateway"]);
  assertOneOf(Scheme, "scheme", ["internet-facing", "internal"]);
  assertOneOf(IpAddressType, "ipAddressType", ["ipv4", "dualstack", "dualstack-without-public-ipv4"]);
  if (Type !== "application") throw notSimulated(`load balancers of type ${Type}`);
  if (IpAddressType !== "ipv4") throw notSimulated(`load balancers with the address type ${IpAddressType}`);
  return { scheme: Scheme, subnets: readSubnets(input), securityGroups: input.SecurityGroups ?? [] };
}

function readSubnets({ Subnets = [], SubnetMappings = [] }: CreateLoadBalancerInput): string[] {
  if (Subnets.length > 0 && SubnetMappings.length > 0) {
    throw validationError("You must specify either subnets or subnet mappings, but not both");
  }
  const subnets = [...Subnets, ...SubnetMappings.map(({ SubnetId = "" }) => SubnetId)];
  for (const subnet of subnets) {
    if (!/^subnet-[0-9a-z-]+$/.test(subnet)) {
      throw awsError(SubnetNotFoundException$, `The subnet ID '${subnet}' does not exist`);
    }
  }
  if (new Set(subnets).size < subnets.length) {
    throw validationError("A load balancer cannot be attached to multiple subnets in the same Availability Zone");
  }
  if (subnets.length < 2) {
    throw validationError("At least two subnets in two different Availability Zones must be specified");
  }
  return subnets;
}

function create({ world, network }: Elb, name: string, settings: LoadBalancer["settings"]): LoadBalancer {
  const number = String(Math.floor(1e9 + world.ids.fraction() * 9e9));
  const prefix = settings.scheme === "internal" ? "internal-" : "";
  const dnsName = `${prefix}${name}-${number}.${world.region}.elb.amazonaws.com`;
  const addresses = network.allocateAddresses(settings.subnets.length);
  network.name(dnsName, addresses);
  return {
    arn: arn(world, "elasticloadbalancing", `loadbalancer/app/${name}/${world.ids.hex(16)}`),
    name,
    dnsName,
    createdAt: new Date(world.clock.now()),
    settings,
    addresses,
    attributes: defaultAttributes(LOAD_BALANCER_ATTRIBUTES),
  };
}

const describe = ({ world }: Elb, { arn, name, dnsName, createdAt, settings }: LoadBalancer) => ({
  LoadBalancerArn: arn,
  DNSName: dnsName,
  CreatedTime: createdAt,
  LoadBalancerName: name,
  Scheme: settings.scheme,
  VpcId: VPC_ID,
  State: { Code: "active" as const },
  Type: "application" as const,
  AvailabilityZones: settings.subnets.map((SubnetId, index) => ({
    ZoneName: `${world.region}${String.fromCharCode(97 + index)}`,
    SubnetId,
    LoadBalancerAddresses: [],
  })),
  SecurityGroups: settings.securityGroups,
  IpAddressType: "ipv4" as const,
});

function notFound(message: string): never {
  throw awsError(LoadBalancerNotFoundException$, message);
}
