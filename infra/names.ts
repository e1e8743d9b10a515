import { METRIC_NAMESPACE } from "../src/engine/metric-lines.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { type FunctionName, functionNames } from "./permissions/grant.ts";
import { partitionOf } from "./permissions/names.ts";

/** The alias by which the runbook is invoked: an operation stays on the version that it began with. */
export const RUNBOOK_ALIAS = "live";

/**
 * Every name that is given, and every ARN that follows from one. A name that is given cannot be made twice: should the runbook's function
 * ever get another logical id, the deployment fails in the place of starting with a second, empty function.
 */
export type Names = {
  stack: string;
  function(name: FunctionName): string;
  functionArn(name: FunctionName): string;
  runbookAliasArn: string;
  /** Roles are the whole account's, so they carry the region too. */
  role(name: FunctionName): string;
  policy(name: FunctionName, part: string): string;
  functionLogGroup(name: FunctionName): string;
  functionLogGroupArn(name: FunctionName): string;
  /** Below `/aws/vendedlogs/`, where API Gateway needs no resource policy of its own, of which an account has ten. */
  accessLogGroup(api: "github" | "operator"): string;
  bus: string;
  /** Dashboards are in no region: every region shows them. */
  dashboard: string;
  /** Of the metrics that watch writes: those of two deployments in one region would be one otherwise. */
  metricNamespace: string;
  busArn: string;
  /** Anything else: `intermission-ended-runs`. */
  of(what: string): string;
};

export function namesOf({ name, account, region }: Pick<Deployment, "name" | "account" | "region">): Names {
  const partition = partitionOf(region);
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const of = (what: string) => `${name}-${what}`;
  const functionArn = (each: FunctionName) => arn("lambda", `function:${of(each)}`);
  const functionLogGroup = (each: FunctionName) => `/aws/lambda/${of(each)}`;
  return {
    stack: name,
    function: of,
    functionArn,
    runbookAliasArn: `${functionArn("runbook")}:${RUNBOOK_ALIAS}`,
    role: (each) => `${name}-${region}-${each}`,
    policy: (each, part) => `${name}-${region}-${each}-${part}`,
    functionLogGroup,
    functionLogGroupArn: (each) => arn("logs", `log-group:${functionLogGroup(each)}`),
    accessLogGroup: (api) => `/aws/vendedlogs/${name}/${api}`,
    bus: name,
    dashboard: `${name}-${region}`,
    metricNamespace: name === "intermission" ? METRIC_NAMESPACE : `${METRIC_NAMESPACE}/${name}`,
    busArn: arn("events", `event-bus/${name}`),
    of,
  };
}

/** The log groups that are made, in which nothing of a target may be. */
export const logGroupNames = (names: Names): string[] => [
  ...functionNames.map(names.functionLogGroup),
  names.accessLogGroup("github"),
  names.accessLogGroup("operator"),
];
