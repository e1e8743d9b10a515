import {
  type Action,
  InvalidLoadBalancerActionException$,
  type RedirectActionConfig,
  TooManyActionsException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { assertLength, assertOneOf, assertPattern, assertRange } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import { type Elb, type Routing, targetGroup } from "./model.ts";

const TYPES = [
  "forward",
  "authenticate-oidc",
  "authenticate-cognito",
  "redirect",
  "fixed-response",
  "jwt-validation",
] as const;
const CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"] as const;

/** Checks a rule's actions; answers them as DescribeRules shows them, and what they do. */
export function readActions(elb: Elb, input: Action[] = []): { actions: Action[]; routing: Routing } {
  for (const [index, { Type, Order }] of input.entries()) {
    assertOneOf(Type ?? "", `actions.${index + 1}.member.type`, TYPES);
    if (Order !== undefined) assertRange(Order, `actions.${index + 1}.member.order`, { minimum: 1, maximum: 50_000 });
  }
  const before = input.find(({ Type }) => Type?.startsWith("authenticate-") || Type === "jwt-validation");
  if (before) throw notSimulated(`actions of type ${before.Type}`);
  const [action, ...more] = input;
  if (!action) throw validationError("A rule must have one action of type forward, redirect or fixed-response");
  if (more.length > 0) {
    throw awsError(
      TooManyActionsException$,
      "A rule can have only one action of type forward, redirect or fixed-response",
    );
  }
  const order = action.Order === undefined ? {} : { Order: action.Order };
  const read = readAction(elb, action);
  return { actions: [{ ...order, ...read.action }], routing: read.routing };
}

function readAction(elb: Elb, action: Action): { action: Action; routing: Routing } {
  switch (action.Type) {
    case "forward":
      return readForward(elb, action);
    case "fixed-response":
      return readFixedResponse(action);
    default:
      return readRedirect(action);
  }
}

function readForward(elb: Elb, { Type, TargetGroupArn, ForwardConfig }: Action) {
  const tuples = ForwardConfig?.TargetGroups ?? [];
  if (tuples.length > 1) throw notSimulated("forward actions with several weighted target groups");
  if (ForwardConfig?.TargetGroupStickinessConfig?.Enabled) throw notSimulated("target group stickiness");
  const [tuple] = tuples;
  if (TargetGroupArn && tuple?.TargetGroupArn && tuple.TargetGroupArn !== TargetGroupArn) {
    throw validationError("TargetGroupArn and ForwardConfig must name the same target group");
  }
  const arn = TargetGroupArn ?? tuple?.TargetGroupArn;
  if (!arn) throw validationError("A target group ARN must be specified for an action of type 'forward'");
  const Weight = assertRange(tuple?.Weight ?? 1, "weight", { minimum: 0, maximum: 999 });
  if (Weight === 0) throw notSimulated("target groups with weight 0");
  const group = targetGroup(elb, arn);
  const config = { TargetGroups: [{ TargetGroupArn: arn, Weight }], TargetGroupStickinessConfig: { Enabled: false } };
  return {
    action: { Type, TargetGroupArn: arn, ForwardConfig: config },
    routing: { type: "forward" as const, targetGroup: group },
  };
}

function readFixedResponse({ Type, FixedResponseConfig }: Action) {
  if (!FixedResponseConfig) throw validationError("A fixed-response action needs a FixedResponseConfig");
  const { StatusCode = "", MessageBody, ContentType } = FixedResponseConfig;
  assertPattern(StatusCode, "fixedResponseConfig.statusCode", /^(2|4|5)\d\d$/);
  if (MessageBody !== undefined) {
    assertLength(MessageBody, "fixedResponseConfig.messageBody", { minimum: 0, maximum: 1024 });
  }
  if (ContentType !== undefined) assertOneOf(ContentType, "fixedResponseConfig.contentType", CONTENT_TYPES);
  const contentType = ContentType ?? "text/plain";
  return {
    action: { Type, FixedResponseConfig: { ...FixedResponseConfig, ContentType: contentType } },
    routing: { type: "fixed-response" as const, status: Number(StatusCode), contentType, body: MessageBody ?? "" },
  };
}

function readRedirect({ Type, RedirectConfig }: Action) {
  if (!RedirectConfig) throw validationError("A redirect action needs a RedirectConfig");
  const config = { ...SAME_URL, ...defined(RedirectConfig) };
  const { Protocol, Host, Port, Path, Query, StatusCode } = config;
  assertOneOf(StatusCode, "redirectConfig.statusCode", ["HTTP_301", "HTTP_302"]);
  assertPattern(Protocol, "redirectConfig.protocol", /^(HTTPS?|#\{protocol\})$/);
  assertLength(Host, "redirectConfig.host", { minimum: 1, maximum: 128 });
  assertPattern(Path, "redirectConfig.path", /^\/.{0,127}$/);
  assertLength(Query, "redirectConfig.query", { minimum: 0, maximum: 128 });
  if (Port !== "#{port}" && !(/^\d{1,5}$/.test(Port) && Number(Port) >= 1 && Number(Port) <= 65_535)) {
    throw validationError(`'${Port}' is not a port from 1 to 65535, nor #{port}`);
  }
  const same = { Protocol, Host, Port, Path };
  if (Object.entries(same).every(([member, value]) => value === SAME_URL[member as keyof typeof same])) {
    throw awsError(
      InvalidLoadBalancerActionException$,
      "The redirect configuration is not valid because it creates a loop",
    );
  }
  const template = { protocol: Protocol, host: Host, port: Port, path: Path, query: Query };
  const status: 301 | 302 = StatusCode === "HTTP_301" ? 301 : 302;
  return {
    action: { Type, RedirectConfig: { ...config, StatusCode } },
    routing: { type: "redirect" as const, status, template },
  };
}

const SAME_URL = { Protocol: "#{protocol}", Host: "#{host}", Port: "#{port}", Path: "/#{path}", Query: "#{query}" };

const defined = (config: RedirectActionConfig) =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as {
    [Member in keyof RedirectActionConfig]: string;
  } & { StatusCode: string };
