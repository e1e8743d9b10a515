import type * as sdk from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  type Action,
  ListenerNotFoundException$,
  LoadBalancerNotFoundException$,
  type RuleCondition,
  RuleNotFoundException$,
  type RuleTransform,
  TargetGroupNotFoundException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerProtocol, ListeningServer, Network, RequestHead } from "../../substrate/network.ts";
import type { Handlers } from "../../wire/server.ts";
import { awsError, type ErrorSchema } from "../../wire/service.ts";
import type { World } from "../world.ts";
import { validationError } from "./errors.ts";
import type { RulesInForce } from "./rules-in-force.ts";
import type { Rewrite } from "./transforms.ts";
import type { Trouble } from "./trouble.ts";
import type { WeightedGroup } from "./weighted-choice.ts";

export type ElbHandlers = Handlers<typeof sdk>;

/** Everything the service knows, as the API accepted it. What the data plane evaluates by now is each listener's `inForce`. */
export type Elb = {
  world: World;
  network: Network;
  loadBalancers: Map<string, LoadBalancer>;
  listeners: Map<string, Listener>;
  targetGroups: Map<string, TargetGroup>;
  tags: Map<string, Map<string, string>>;
  trouble: Trouble;
};

export type LoadBalancer = {
  arn: string;
  name: string;
  dnsName: string;
  createdAt: Date;
  settings: { scheme: "internet-facing" | "internal"; subnets: string[]; securityGroups: string[] };
  /** One for each subnet. */
  addresses: string[];
  attributes: Map<string, string>;
};

export type Listener = {
  arn: string;
  loadBalancer: LoadBalancer;
  port: number;
  protocol: ListenerProtocol;
  /** With "https" only. */
  tls?: { certificateArn: string; policy: string };
  defaultRule: Rule;
  /** By ARN, without the default one. */
  rules: Map<string, Rule>;
  inForce: RulesInForce;
  server?: ListeningServer;
};

/** Never changed in place: addresses that lag behind still evaluate the old one. */
export type Rule = {
  readonly arn: string;
  readonly priority: number | "default";
  readonly conditions: RuleCondition[];
  readonly matches: (request: RequestHead) => boolean;
  readonly transforms: RuleTransform[];
  /** What the transforms make of a request that is forwarded. */
  readonly rewrite: Rewrite;
  readonly actions: Action[];
  /** What the actions before the last one do, in order. */
  readonly guards: Guard[];
  readonly routing: Routing;
};

/** An action that a request must pass before it is routed. */
export type Guard = {
  type: "authenticate-oidc" | "authenticate-cognito" | "jwt-validation";
  /** Undefined where the request passes. */
  refuse(request: RequestHead): { redirectTo: string } | { status: 401 } | undefined;
};

/** What a rule does with a request: its last action, read once. */
export type Routing =
  | ForwardRouting
  | { type: "fixed-response"; status: number; contentType: string; body: string }
  | { type: "redirect"; status: 301 | 302; template: RedirectTemplate };
export type ForwardRouting = {
  type: "forward";
  groups: readonly WeightedGroup[];
  /** The group whose turn it is; undefined where all have weight 0. */
  next(): TargetGroup | undefined;
  /** How long a client stays with the group that it got first; undefined without target group stickiness. */
  stickySeconds?: number;
};
export type RedirectTemplate = { protocol: string; host: string; port: string; path: string; query: string };

export type TargetGroup = {
  arn: string;
  name: string;
  settings: { targetType: "ip" | "instance"; port: number; vpcId: string; ipAddressType: "ipv4" };
  healthCheck: HealthCheck;
  attributes: Map<string, string>;
  /** By `id:port`, draining ones too. */
  targets: Map<string, Target>;
  /** Whether a rule or listener names the group: only then does the load balancer check its targets. */
  inUse: boolean;
  /** Requests routed so far, for round robin. */
  turn: number;
};

export type HealthCheck = {
  path: string;
  port: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  matcher: string;
};

export type Target = {
  readonly id: string;
  readonly port: number;
  by: "service" | "caller";
  /** What the checks found last. It stands still while the group is unused. */
  health: Health;
  draining?: { since: number; cancel: () => void };
  stopChecks?: () => void;
  /** Told when the health check of its group was changed. */
  healthCheckChanged?: () => void;
};
export type Health = { state: "initial" | "healthy" | "unhealthy"; reason?: TargetReason; description?: string };
export type TargetReason = sdk.TargetHealthReasonEnum;

export function loadBalancer(elb: Elb, arn: string): LoadBalancer {
  assertArn(arn, "load balancer", /:loadbalancer\/app\//);
  return elb.loadBalancers.get(arn) ?? missing(LoadBalancerNotFoundException$, `Load balancer '${arn}' not found`);
}

export function listener(elb: Elb, arn: string): Listener {
  assertArn(arn, "listener", /:listener\/app\//);
  return elb.listeners.get(arn) ?? missing(ListenerNotFoundException$, `Listener '${arn}' not found`);
}

export function rule(elb: Elb, arn: string): { rule: Rule; listener: Listener } {
  assertArn(arn, "listener rule", /:listener-rule\/app\//);
  for (const listener of elb.listeners.values()) {
    const rule = rulesInOrder(listener).find((rule) => rule.arn === arn);
    if (rule) return { rule, listener };
  }
  return missing(RuleNotFoundException$, `Rule '${arn}' not found`);
}

export function targetGroup(elb: Elb, arn: string): TargetGroup {
  assertArn(arn, "target group", /:targetgroup\//);
  return elb.targetGroups.get(arn) ?? missing(TargetGroupNotFoundException$, `Target group '${arn}' not found`);
}

/** Lowest priority number first, the default rule last. */
export const rulesInOrder = ({ rules, defaultRule }: Pick<Listener, "rules" | "defaultRule">): Rule[] => [
  ...[...rules.values()].sort((a, b) => Number(a.priority) - Number(b.priority)),
  defaultRule,
];

export const listenersOf = (elb: Elb, loadBalancer: LoadBalancer): Listener[] =>
  [...elb.listeners.values()].filter((listener) => listener.loadBalancer === loadBalancer);

function assertArn(arn: string, what: string, pattern: RegExp): void {
  if (!arn.startsWith("arn:") || !pattern.test(arn)) throw validationError(`'${arn}' is not a valid ${what} ARN`);
}

function missing(schema: ErrorSchema, message: string): never {
  throw awsError(schema, message);
}
