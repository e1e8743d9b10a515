import {
  type Action,
  InvalidLoadBalancerActionException$,
  TooManyActionsException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerProtocol } from "../../substrate/network.ts";
import { awsError } from "../../wire/service.ts";
import { readFixedResponse, readRedirect } from "./answer-actions.ts";
import { readAuthentication } from "./authentication-actions.ts";
import { assertOneOf, assertRange } from "./constraints.ts";
import { validationError } from "./errors.ts";
import { readForward } from "./forward-action.ts";
import type { Elb, Guard, Routing } from "./model.ts";

const AUTHENTICATION = ["authenticate-oidc", "authenticate-cognito", "jwt-validation"] as const;
const ROUTING = ["forward", "redirect", "fixed-response"] as const;

type Context = {
  protocol: ListenerProtocol;
  /** The rule's actions until now, whose client secret the new ones may keep. */
  before?: Action[];
};

/**
 * Checks a rule's actions: one that routes, and on HTTPS listeners at most one before it that authenticates. Answers them as DescribeRules shows
 * them, in order, and what they do.
 */
export function readActions(elb: Elb, input: Action[] = [], { protocol, before = [] }: Context) {
  for (const [index, { Type, Order }] of input.entries()) {
    assertOneOf(Type ?? "", `actions.${index + 1}.member.type`, [...ROUTING, ...AUTHENTICATION]);
    if (Order !== undefined) assertRange(Order, `actions.${index + 1}.member.order`, { minimum: 1, maximum: 50_000 });
  }
  const actions = inOrder(input);
  const guards: Guard[] = [];
  const described: Action[] = [];
  let routing: Routing | undefined;
  for (const action of actions) {
    const order = action.Order === undefined ? {} : { Order: action.Order };
    if (isRouting(action)) {
      const read = readRouting(elb, action, protocol);
      routing = read.routing;
      described.push({ ...order, ...read.action });
    } else {
      if (protocol === "http") {
        throw awsError(
          InvalidLoadBalancerActionException$,
          `Actions of type '${action.Type}' are supported only on HTTPS listeners`,
        );
      }
      const read = readAuthentication(elb, action, before);
      guards.push(read.guard);
      described.push({ ...order, ...read.action });
    }
  }
  return { actions: described, guards, routing: routing! };
}

function inOrder(input: Action[]): Action[] {
  const routing = input.filter(isRouting);
  const [action] = routing;
  if (!action) throw validationError("A rule must have one action of type forward, redirect or fixed-response");
  if (routing.length > 1) {
    throw awsError(
      TooManyActionsException$,
      "A rule can have only one action of type forward, redirect or fixed-response",
    );
  }
  if (input.length > 2) throw awsError(TooManyActionsException$, "A rule can have only one action that authenticates");
  if (input.length === 1) return input;
  const orders = input.map(({ Order }) => Order);
  if (orders.includes(undefined) || new Set(orders).size < orders.length) {
    throw validationError("Each of several actions must have an order of its own");
  }
  const sorted = input.toSorted((a, b) => a.Order! - b.Order!);
  if (sorted.at(-1) !== action) throw validationError(`The action of type '${action.Type}' must be the last one`);
  return sorted;
}

const isRouting = ({ Type }: Action): boolean => (ROUTING as readonly unknown[]).includes(Type);

function readRouting(elb: Elb, action: Action, protocol: ListenerProtocol): { action: Action; routing: Routing } {
  switch (action.Type) {
    case "forward":
      return readForward(elb, action);
    case "fixed-response":
      return readFixedResponse(action);
    default:
      return readRedirect(action, protocol);
  }
}
