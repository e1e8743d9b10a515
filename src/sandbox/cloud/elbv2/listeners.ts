import { isDeepStrictEqual } from "node:util";
import {
  DuplicateListenerException$,
  InvalidConfigurationRequestException$,
  TooManyListenersException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CannotListen, type Route, TlsNotAvailable } from "../../substrate/network.ts";
import { awsError } from "../../wire/service.ts";
import { readActions } from "./actions.ts";
import { assertAssociable } from "./associations.ts";
import { defaultAttributes, describeAttributes, LISTENER_ATTRIBUTES } from "./attributes.ts";
import { assertRange } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import { describeProtocol, readProtocol, readProtocolChange } from "./listener-protocol.ts";
import {
  type Elb,
  type ElbHandlers,
  type Listener,
  type LoadBalancer,
  listener,
  listenersOf,
  loadBalancer,
  type Rule,
  rulesInOrder,
} from "./model.ts";
import { paginate } from "./pagination.ts";
import { QUOTAS } from "./quotas.ts";
import { routeRequest } from "./routing.ts";
import { createRulesInForce } from "./rules-in-force.ts";
import { readTags } from "./tags.ts";
import { refreshUse } from "./targets.ts";
import { readTransforms } from "./transforms.ts";

export const listenerHandlers = (elb: Elb) =>
  ({
    async CreateListener(input) {
      const balancer = loadBalancer(elb, input.LoadBalancerArn!);
      const spoken = readProtocol(input);
      const port = readPort(input.Port);
      const actions = readActions(elb, input.DefaultActions, spoken);
      const tags = readTags(input.Tags);
      assertAssociable(elb, balancer, actions.routing);
      const twin = onPort(elb, balancer, port);
      if (twin && isSame(twin, { ...spoken, actions: actions.actions })) return { Listeners: [describe(twin)] };
      if (twin) throw duplicate(balancer);
      if (listenersOf(elb, balancer).length >= QUOTAS["listeners-per-application-load-balancer"]) {
        throw awsError(
          TooManyListenersException$,
          `Load balancer '${balancer.arn}' has the most listeners it can have`,
        );
      }
      const created = create(elb, balancer, { ...spoken, port, rule: actions });
      elb.listeners.set(created.arn, created);
      try {
        created.server = await serve(elb, created, port);
      } catch (error) {
        elb.listeners.delete(created.arn);
        throw error;
      }
      created.inForce.opened();
      elb.tags.set(created.arn, tags);
      refreshUse(elb);
      return { Listeners: [describe(created)] };
    },
    DescribeListeners(input) {
      const { ListenerArns, LoadBalancerArn } = input;
      if (!ListenerArns?.length && !LoadBalancerArn) {
        throw validationError("You must specify either listener ARNs or a load balancer ARN");
      }
      const found = LoadBalancerArn
        ? listenersOf(elb, loadBalancer(elb, LoadBalancerArn))
        : ListenerArns!.map((arn) => listener(elb, arn));
      const { items, NextMarker } = paginate(found, input);
      return { Listeners: items.map(describe), NextMarker };
    },
    async ModifyListener(input) {
      const modified = listener(elb, input.ListenerArn!);
      const { loadBalancer: balancer } = modified;
      const spoken = readProtocolChange(input, modified);
      const port = input.Port === undefined ? modified.port : readPort(input.Port);
      const context = { protocol: spoken.protocol, before: modified.defaultRule.actions };
      const actions = input.DefaultActions && readActions(elb, input.DefaultActions, context);
      if (actions) assertAssociable(elb, balancer, actions.routing);
      if (port !== modified.port) await move(elb, modified, port);
      modified.tls = spoken.tls;
      if (actions) {
        modified.defaultRule = { ...modified.defaultRule, ...actions };
        const ruleArn = modified.defaultRule.arn;
        modified.inForce.accept(rulesInOrder(modified), { operation: "ModifyListener", ruleArn });
        refreshUse(elb);
      }
      return { Listeners: [describe(modified)] };
    },
    async DeleteListener(input) {
      await removeListener(elb, listener(elb, input.ListenerArn!));
      return {};
    },
    DescribeListenerAttributes(input) {
      listener(elb, input.ListenerArn!);
      return { Attributes: describeAttributes(defaultAttributes(LISTENER_ATTRIBUTES)) };
    },
  }) satisfies ElbHandlers;

/** Closes its port at once; its rules and their tags go with it. */
export async function removeListener(elb: Elb, removed: Listener): Promise<void> {
  elb.listeners.delete(removed.arn);
  for (const { arn } of [removed, ...rulesInOrder(removed)]) elb.tags.delete(arn);
  removed.inForce.stop();
  refreshUse(elb);
  await removed.server?.close();
}

type NewListener = Pick<Listener, "port" | "protocol" | "tls"> & { rule: ReturnType<typeof readActions> };

function create({ world, trouble }: Elb, balancer: LoadBalancer, { rule, ...listening }: NewListener): Listener {
  const arn = `${balancer.arn.replace(":loadbalancer/", ":listener/")}/${world.ids.hex(16)}`;
  const defaultRule: Rule = {
    arn: `${arn.replace(":listener/", ":listener-rule/")}/${world.ids.hex(16)}`,
    priority: "default",
    conditions: [],
    matches: () => true,
    ...readTransforms(),
    ...rule,
  };
  const { addresses } = balancer;
  const inForce = createRulesInForce({
    world,
    listenerArn: arn,
    addresses,
    rules: [defaultRule],
    lateMs: (address) => (trouble.slowAddress?.address === address ? trouble.slowAddress.ms : 0),
  });
  return { arn, loadBalancer: balancer, ...listening, defaultRule, rules: new Map(), inForce };
}

async function serve(elb: Elb, served: Listener, port: number) {
  const { protocol, loadBalancer } = served;
  try {
    const route: Route = (head) => routeRequest(elb, served, head);
    return await elb.network.listen(loadBalancer.addresses, port, route, { protocol });
  } catch (error) {
    if (error instanceof TlsNotAvailable) throw notSimulated("HTTPS listeners over real sockets");
    if (!(error instanceof CannotListen)) throw error;
    throw awsError(InvalidConfigurationRequestException$, error.message);
  }
}

async function move(elb: Elb, moved: Listener, port: number): Promise<void> {
  if (onPort(elb, moved.loadBalancer, port)) throw duplicate(moved.loadBalancer);
  const before = moved.server;
  moved.server = await serve(elb, moved, port);
  moved.port = port;
  await before?.close();
}

const onPort = (elb: Elb, balancer: LoadBalancer, port: number): Listener | undefined =>
  listenersOf(elb, balancer).find((listener) => listener.port === port);

const duplicate = (balancer: LoadBalancer) =>
  awsError(
    DuplicateListenerException$,
    `A listener already exists on this port for this load balancer '${balancer.arn}'`,
  );

const readPort = (port: number | undefined): number => {
  if (port === undefined) throw validationError("A port must be specified");
  return assertRange(port, "port", { minimum: 1, maximum: 65_535 });
};

type Same = Pick<Listener, "protocol" | "tls"> & Pick<Rule, "actions">;
const isSame = ({ protocol, tls, defaultRule: { actions } }: Listener, other: Same): boolean =>
  isDeepStrictEqual([protocol, tls, actions], [other.protocol, other.tls, other.actions]);

const describe = (listener: Listener) => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: listener.loadBalancer.arn,
  Port: listener.port,
  ...describeProtocol(listener),
  DefaultActions: listener.defaultRule.actions,
});
