import { describe, expect, it } from "vitest";
import { functionNames, type OwnResources } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import { policyDocument } from "../../../infra/permissions/policy-document.ts";
import { pascalCase } from "../../../infra/policies.ts";
import type { Configuration, Target } from "../../../src/targets/schema.ts";
import { all, exampleWith, inFolders, type Made, PATIENT, synthesised } from "./synthesised.ts";

const made = await synthesised();
const configuration = await exampleWith();
const of = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const own: OwnResources = {
  tableArn: "<Table.Arn>",
  streamArn: "<Table.StreamArn>",
  runbookFunctionArn: of("lambda", "function:intermission-runbook"),
  runbookAliasArn: of("lambda", "function:intermission-runbook:live"),
  deadLetterQueueArn: "<EndedRuns.Arn>",
  busArn: "<Bus.Arn>",
  logGroupArns: Object.fromEntries(
    functionNames.map((name) => [name, of("logs", `log-group:/aws/lambda/intermission-${name}:*`)]),
  ) as OwnResources["logGroupArns"],
};

type Policy = { ManagedPolicyName: string; Roles: string[]; PolicyDocument: { Statement: Record<string, unknown>[] } };
const policies = (from: Made) => all(from, "AWS::IAM::ManagedPolicy") as Policy[];
const partOf = ({ ManagedPolicyName }: Policy) =>
  ManagedPolicyName.replace(/^intermission-eu-central-1-/, "").replace(/(-\d+)?(-[0-9a-f]{8})?$/, "");
type Statement = { Sid?: unknown; Action: unknown[]; Resource: unknown[] };
/** The CDK writes one of something without a list. */
const normal = (statement: Record<string, unknown>): Statement => ({
  ...statement,
  Action: [statement.Action].flat(),
  Resource: [statement.Resource].flat(),
});
const bySid = (a: { Sid?: unknown }, b: { Sid?: unknown }): number => String(a.Sid).localeCompare(String(b.Sid));
const statementsOf = (part: string) =>
  policies(made)
    .filter((policy) => partOf(policy) === part)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(normal))
    .sort(bySid);

describe("what a role may do", () => {
  const { optional, ...permissions } = permissionsOf({ configuration, own });

  it.each(functionNames)("is for %s what the configuration leads to, to the letter", (name) => {
    expect(statementsOf(`${name}-base`)).toEqual(policyDocument(permissions[name]).Statement.sort(bySid));
    for (const policy of policies(made).filter((each) => partOf(each).startsWith(`${name}-`)))
      expect(policy.Roles).toEqual([`<${pascalCase(name)}Role>`]);
  });

  it("has the two grants that targets ask for in policies of their own", () => {
    expect(statementsOf("runbook-move-priorities")).toEqual(policyDocument(optional.movePriorities).Statement);
    expect(statementsOf("runbook-restore-databases")).toEqual(
      policyDocument(optional.restoreDatabases).Statement.sort(bySid),
    );
  });

  it("has these only where a target asks", PATIENT, async () => {
    const { resources, ...portal } = configuration.targets.get("portal-production")!;
    const modest: Target = { ...portal, resources, loadBalancer: { ...portal.loadBalancer, movePriorities: false } };
    const { deployment } = configuration;
    const without = await inFolders({ configuration: { deployment, targets: new Map([[modest.name, modest]]) } });
    expect([...new Set(policies(without).map(partOf))].sort()).toEqual(
      [
        "announce-base",
        "announce-failures",
        "api-base",
        "execution-ended-base",
        "execution-ended-failures",
        "runbook-base",
        "watch-base",
      ].sort(),
    );
  });

  it("is besides to leave what came to nothing in the queue of failures, where Lambda does so", () => {
    for (const name of ["announce", "execution-ended"])
      expect(statementsOf(`${name}-failures`)).toEqual([
        { Sid: "LeaveFailures", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: ["<Failures.Arn>"] },
      ]);
  });

  it("comes from nowhere else: no policy of AWS's own, and none that the CDK adds", () => {
    for (const role of all(made, "AWS::IAM::Role")) {
      expect(role.ManagedPolicyArns).toBeUndefined();
      expect(role.Policies).toBeUndefined();
    }
    expect(all(made, "AWS::IAM::Policy")).toEqual([]);
    const parts = policies(made).map(partOf);
    expect(parts.filter((part) => !/-(base|failures|move-priorities|restore-databases)$/.test(part))).toEqual([]);
  });

  it("fits into what IAM allows", () => {
    for (const { PolicyDocument } of policies(made)) expect(JSON.stringify(PolicyDocument).length).toBeLessThan(6_144);
  });
});

describe("a deployment in the middle of a window", () => {
  const named = (from: Made) => new Map(policies(from).map((policy) => [policy.ManagedPolicyName, policy]));

  it("changes no policy in place: what is added is there before what was is deleted", PATIENT, async () => {
    const { deployment, targets } = configuration;
    const portal = targets.get("portal-production")!;
    const more: Configuration = {
      deployment,
      targets: new Map([...targets, ["wiki", { ...portal, name: "wiki", cluster: "wiki" }]]),
    };
    const [before, after] = [named(made), named(await inFolders({ configuration: more }))];
    const kept = [...after].filter(([name]) => before.has(name));
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.length).toBeLessThan(after.size);
    for (const [name, policy] of kept) expect(policy).toEqual(before.get(name));
  });

  it("changes them in place where a role has no room for twice as many", PATIENT, async () => {
    const { deployment, targets } = configuration;
    const crm = targets.get("crm-production")!;
    const resources = (index: number) => ({
      ...crm.resources!,
      listeners: [`${crm.resources!.listeners[0]!.slice(0, -2)}${index}`],
      targetGroups: [`${crm.resources!.targetGroups[0]!.slice(0, -2)}${index}`],
      families: [`crm-web-${index}`, `crm-worker-${index}`],
    });
    const many = Array.from({ length: 14 }, (_, index) => {
      const name = `crm-${index}`;
      return [name, { ...crm, name, cluster: name, resources: resources(index + 10) }] as const;
    });
    const made = await inFolders({ configuration: { deployment, targets: new Map(many) } });
    const names = policies(made).map(({ ManagedPolicyName }) => ManagedPolicyName);
    const runbook = names.filter((name) => name.includes("-runbook-"));
    expect(runbook.length).toBeGreaterThan(5);
    expect(runbook.filter((name) => /-[0-9a-f]{8}$/.test(name))).toEqual([]);
  });
});
