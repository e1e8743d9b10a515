import { InvalidConfigurationRequestException$ } from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { notSimulated, validationError } from "./errors.ts";

/** Default values by key. A key with a range has an effect here; every other can only be set to its default. */
export type AttributeTable = Record<
  string,
  { default: string; range?: { minimum: number; maximum: number } | "boolean" }
>;

export const LOAD_BALANCER_ATTRIBUTES: AttributeTable = {
  "deletion_protection.enabled": { default: "false", range: "boolean" },
  "idle_timeout.timeout_seconds": { default: "60", range: { minimum: 1, maximum: 4000 } },
  "access_logs.s3.enabled": { default: "false" },
  "access_logs.s3.bucket": { default: "" },
  "access_logs.s3.prefix": { default: "" },
  "client_keep_alive.seconds": { default: "3600" },
  "connection_logs.s3.enabled": { default: "false" },
  "connection_logs.s3.bucket": { default: "" },
  "connection_logs.s3.prefix": { default: "" },
  "ipv6.deny_all_igw_traffic": { default: "false" },
  "load_balancing.cross_zone.enabled": { default: "true" },
  "routing.http.desync_mitigation_mode": { default: "defensive" },
  "routing.http.drop_invalid_header_fields.enabled": { default: "false" },
  "routing.http.preserve_host_header.enabled": { default: "false" },
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": { default: "false" },
  "routing.http.xff_client_port.enabled": { default: "false" },
  "routing.http.xff_header_processing.mode": { default: "append" },
  "routing.http2.enabled": { default: "true" },
  "waf.fail_open.enabled": { default: "false" },
  "zonal_shift.config.enabled": { default: "false" },
};

export const TARGET_GROUP_ATTRIBUTES: AttributeTable = {
  "deregistration_delay.timeout_seconds": { default: "300", range: { minimum: 0, maximum: 3600 } },
  "load_balancing.algorithm.anomaly_mitigation": { default: "off" },
  "load_balancing.algorithm.type": { default: "round_robin" },
  "load_balancing.cross_zone.enabled": { default: "use_load_balancer_configuration" },
  "slow_start.duration_seconds": { default: "0" },
  "stickiness.app_cookie.cookie_name": { default: "" },
  "stickiness.app_cookie.duration_seconds": { default: "86400" },
  "stickiness.enabled": { default: "false", range: "boolean" },
  "stickiness.lb_cookie.duration_seconds": { default: "86400", range: { minimum: 1, maximum: 604_800 } },
  "stickiness.type": { default: "lb_cookie" },
  "target_group_health.dns_failover.minimum_healthy_targets.count": { default: "1" },
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": { default: "off" },
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": { default: "1" },
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": { default: "off" },
};

/** No header is added and the server header stays: the defaults of an HTTP listener. */
export const LISTENER_ATTRIBUTES: AttributeTable = {
  "routing.http.response.server.enabled": { default: "true" },
  ...Object.fromEntries(
    [
      "access_control_allow_credentials",
      "access_control_allow_headers",
      "access_control_allow_methods",
      "access_control_allow_origin",
      "access_control_expose_headers",
      "access_control_max_age",
      "content_security_policy",
      "strict_transport_security",
      "x_content_type_options",
      "x_frame_options",
    ].map((header) => [`routing.http.response.${header}.header_value`, { default: "" }]),
  ),
};

type Attribute = { Key?: string; Value?: string };

export const defaultAttributes = (table: AttributeTable): Map<string, string> =>
  new Map(Object.entries(table).map(([key, attribute]) => [key, attribute.default]));

export const describeAttributes = (attributes: Map<string, string>) =>
  [...attributes].map(([Key, Value]) => ({ Key, Value }));

/** Checks all changes before it makes any. */
export function modifyAttributes(table: AttributeTable, attributes: Map<string, string>, changes: Attribute[]): void {
  if (changes.length === 0) throw validationError("At least one attribute must be specified");
  const checked = changes.map((change) => readChange(table, change));
  for (const [key, value] of checked) attributes.set(key, value);
}

function readChange(table: AttributeTable, { Key = "", Value = "" }: Attribute): [key: string, value: string] {
  const attribute = Object.hasOwn(table, Key) ? table[Key] : undefined;
  if (!attribute) throw validationError(`Attribute key '${Key}' is not recognized`);
  const { range } = attribute;
  if (!range && Value !== attribute.default) throw notSimulated(`the attribute ${Key} with the value '${Value}'`);
  if (range === "boolean" && Value !== "true" && Value !== "false") {
    throw invalidValue(Key, Value, "must be 'true' or 'false'");
  }
  if (typeof range === "object") {
    const { minimum, maximum } = range;
    const inRange = /^\d+$/.test(Value) && Number(Value) >= minimum && Number(Value) <= maximum;
    if (!inRange) throw invalidValue(Key, Value, `must be between '${minimum}' and '${maximum}' inclusive`);
  }
  return [Key, Value];
}

const invalidValue = (key: string, value: string, rule: string) =>
  awsError(InvalidConfigurationRequestException$, `Attribute '${key}' has the value '${value}', which ${rule}`);
