import { describe, expect, it } from "vitest";
import { exampleConfiguration, exampleOwn } from "../../../infra/permissions/example.ts";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { permissionsOf } from "../../../infra/permissions/permissions-of.ts";
import type { Resources } from "../../../src/targets/resources-schema.ts";
import type { Configuration, Target } from "../../../src/targets/schema.ts";

const { deployment, targets } = exampleConfiguration();
const [crm, wiki] = [targets.get("crm")!, targets.get("wiki")!];
const of = (...some: Target[]): Configuration => ({
  deployment,
  targets: new Map(some.map((each) => [each.name, each])),
});
const { encryptionKeyArn: _, ...plainOwn } = exampleOwn;
const derived = (configuration: Configuration) => permissionsOf({ configuration, own: plainOwn });
const actionsOf = (configuration: Configuration) =>
  new Set(derived(configuration).runbook.flatMap(({ actions }) => actions));
const withResources = (target: Target, resources: Partial<Resources>): Target => ({
  ...target,
  resources: { ...target.resources!, ...resources },
});
const plain: Target = {
  ...withResources(crm, { infrastructureRoles: [], monitoringRole: undefined, databaseKey: undefined }),
  otherWriters: "refuse",
  restore: { mode: "rename" },
  loadBalancer: { ...crm.loadBalancer, movePriorities: false },
};

describe("what the configuration asks for", () => {
  it("is the same to the letter for the same configuration, in whatever order its targets come", () => {
    expect(JSON.stringify(derived(of(wiki, crm)))).toBe(JSON.stringify(derived(of(crm, wiki))));
  });

  it("changes rules and schedules of others only where a target pauses them", () => {
    const writes = ["events:DisableRule", "events:EnableRule", "events:PutRule", "scheduler:UpdateSchedule"];
    const found = actionsOf(of(crm));
    expect(writes.filter((action) => found.has(action))).toEqual(writes);
    expect([...actionsOf(of(plain))].filter((action) => writes.includes(action))).toEqual([]);
    expect(actionsOf(of({ ...plain, otherWriters: { default: "refuse", families: { nightly: "pause" } } }))).toContain(
      "events:DisableRule",
    );
  });

  it("asks ECR only where there is a repository", () => {
    expect(actionsOf(of(plain))).toContain("ecr:DescribeImages");
    expect(actionsOf(of(withResources(plain, { repositories: [] })))).not.toContain("ecr:DescribeImages");
  });

  it("changes nothing in RDS without a database", () => {
    const none = derived(of({ ...crm, database: "none" }));
    const ofRds = [...none.runbook, ...none.optional.restoreDatabases].flatMap(({ actions }) => actions);
    expect(ofRds.filter((action) => action.startsWith("rds:"))).toEqual([
      "rds:DescribeDBClusters",
      "rds:DescribeDBInstances",
    ]);
  });

  it("snapshots instances or clusters, whichever there are", () => {
    expect(actionsOf(of(crm))).not.toContain("rds:CreateDBClusterSnapshot");
    expect(actionsOf(of(wiki))).not.toContain("rds:CreateDBSnapshot");
  });

  it("moves priorities and restores databases only where a target says so, and names that target's things alone", () => {
    expect(derived(of(plain)).optional).toEqual({ movePriorities: [], restoreDatabases: [] });
    const { optional } = derived(of(crm, { ...wiki, restore: { mode: "repoint" } }));
    expect(optional.movePriorities).toHaveLength(1);
    expect(JSON.stringify(optional.restoreDatabases)).not.toMatch(/[:/]wiki/);
  });

  it("makes network interfaces only in a network, and only for what asks the load balancer", () => {
    const makes = (configuration: Configuration) =>
      functionNames.filter((name) =>
        derived(configuration)[name].some(({ actions }) => actions.includes("ec2:CreateNetworkInterface")),
      );
    expect(makes(of(crm))).toEqual(["api", "runbook"]);
    expect(makes({ ...of(crm), deployment: { ...deployment!, network: undefined } })).toEqual([]);
  });

  it("names the rules of a target's listeners, and none of another listener or load balancer", () => {
    const deletes = derived(of(crm)).runbook.find(({ sid }) => sid === "DeleteOwnRules")!;
    expect(deletes.resources).toEqual([
      "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener-rule/app/apps/50dc6c495c0c9188/f2f7dc8efc522ab2/*",
    ]);
    expect(deletes.conditions).toEqual({ StringEquals: { "aws:ResourceTag/intermission:target": ["crm"] } });
  });

  it("is of the partition that the region is in", () => {
    const china = derived({
      deployment: { ...deployment!, region: "cn-north-1" },
      targets: new Map([
        [
          "crm",
          withResources(crm, {
            ...(JSON.parse(
              JSON.stringify(crm.resources)
                .replaceAll("arn:aws:", "arn:aws-cn:")
                .replaceAll("eu-central-1", "cn-north-1"),
            ) as Resources),
          }),
        ],
      ]),
    });
    expect(china.runbook.find(({ sid }) => sid === "ChangeServices")!.resources).toContain(
      "arn:aws-cn:ecs:cn-north-1:111122223333:service/apps/crm",
    );
  });
});

describe("what the configuration does not say", () => {
  it("is named for all targets at once, with what writes it", () => {
    const configuration: Configuration = {
      targets: new Map([
        ["crm", { ...crm, resources: undefined }],
        ["wiki", withResources(wiki, { listeners: [], databaseMembers: [] })],
      ]),
    };
    expect(() => derived(configuration)).toThrowErrorMatchingInlineSnapshot(`
      [Error: The permissions cannot be derived from intermission.yml:
        deployment: expected the account and region of the targets, found nothing
        targets.crm.resources: expected what of AWS the target is made of, found nothing
        targets.wiki.resources.listeners: expected the listeners whose rules lead to the target, found none
        targets.wiki.resources.databaseMembers: expected the instances of the cluster wiki, found none
      Run \`npm run init -- --refresh\`, which looks at what there is in AWS and writes it down.]
    `);
  });

  it("is an account or region that nothing could be permitted in", () => {
    const elsewhere = withResources(crm, {
      listeners: crm.resources!.listeners.map((arn) => arn.replace("eu-central-1", "us-east-1")),
    });
    expect(() => derived(of(elsewhere))).toThrow(
      /targets\.crm\.resources\.listeners: expected something of the account 111122223333 in eu-central-1, found arn:aws:elasticloadbalancing:us-east-1/,
    );
  });
});
