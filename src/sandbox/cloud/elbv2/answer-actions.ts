import {
  type Action,
  InvalidLoadBalancerActionException$,
  type RedirectActionConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerProtocol } from "../../substrate/network.ts";
import { awsError } from "../../wire/service.ts";
import { assertLength, assertOneOf, assertPattern } from "./constraints.ts";
import { validationError } from "./errors.ts";

const CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"] as const;

export function readFixedResponse({ Type, FixedResponseConfig }: Action) {
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

export function readRedirect({ Type, RedirectConfig }: Action, protocol: ListenerProtocol) {
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
  if (protocol === "https" && Protocol === "HTTP") {
    throw awsError(InvalidLoadBalancerActionException$, "A request cannot be redirected from HTTPS to HTTP");
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
