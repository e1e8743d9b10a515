import { describe, expect, it } from "vitest";
import { requireDeployable } from "../../../infra/deployable.ts";
import type { Deployment } from "../../../src/targets/deployment-schema.ts";
import type { Target } from "../../../src/targets/schema.ts";
import { exampleWith } from "./synthesised.ts";

const example = await exampleWith();
const deployment = example.deployment!;
const [crm, portal] = [...example.targets.values()] as [Target, Target];

const problemsOf = (changed: Partial<Deployment>, ...targets: Target[]): string[] => {
  const configuration = {
    deployment: { ...deployment, ...changed },
    targets: new Map(targets.map((target) => [target.name, target])),
  };
  try {
    requireDeployable(configuration, "intermission.yml");
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
};
const withResources = (resources: Partial<NonNullable<Target["resources"]>>): Target => ({
  ...crm,
  resources: { ...crm.resources!, ...resources },
});
const HINT = "(one deployment serves one account and region; another one needs a file of its own)";

describe("a configuration that can be deployed", () => {
  it("is the example", () => {
    expect(requireDeployable(example, "intermission.yml")).toBe(deployment);
  });

  it("may have containers that log to another region, and a topic in the place of addresses", () => {
    const logGroups = ["arn:aws:logs:us-east-1:111122223333:log-group:/ecs/crm"];
    const topic = "arn:aws:sns:eu-central-1:111122223333:oncall";
    expect(problemsOf({ notify: { topic, emails: [] } }, withResources({ logGroups }))).toEqual([]);
  });
});

describe("what cannot be deployed", () => {
  it("is a configuration without a deployment", () => {
    expect(() => requireDeployable({ targets: example.targets }, "intermission.yml")).toThrow(
      /deployment: expected .* found nothing[\s\S]*npm run init -- --refresh/,
    );
  });

  it("is said all at once, what permissions lack included", () => {
    const { resources: _, ...bare } = portal;
    expect(
      problemsOf(
        {
          notify: { emails: [] },
          tags: { "aws:team": "night", "intermission:target": "crm" },
          encryption: { key: "arn:aws:kms:us-east-1:111122223333:key/1" },
        },
        withResources({ taskRoles: ["arn:aws:iam::999999999999:role/crm"] }),
        bare,
      ),
    ).toEqual([
      `  intermission.yml targets.crm-production.resources.taskRoles[0]: expected something of the account 111122223333, found arn:aws:iam::999999999999:role/crm ${HINT}`,
      `  intermission.yml deployment.encryption.key: expected something of the account 111122223333 in eu-central-1, found arn:aws:kms:us-east-1:111122223333:key/1 ${HINT}`,
      "  intermission.yml deployment.notify: expected a topic that exists, or the addresses for a new one, found neither",
      "  intermission.yml deployment.tags.aws:team: expected a key that begins neither with aws: nor with intermission:, found aws:team",
      "  intermission.yml deployment.tags.intermission:target: expected a key that begins neither with aws: nor with intermission:, found intermission:target",
      "The permissions cannot be derived from intermission.yml:",
      "  targets.portal-production.resources: expected what of AWS the target is made of, found nothing",
      "Run `npm run init -- --refresh`, which looks at what there is in AWS and writes it down.",
    ]);
  });

  it("is an identity of another account, which an HTTP API could never let in", () => {
    const role = "arn:aws:iam::999999999999:role/operator";
    expect(problemsOf({}, { ...crm, access: { github: [], iam: [{ role, allow: ["*"] }] } })).toEqual([
      `  intermission.yml targets.crm-production.access.iam[0].role: expected something of the account 111122223333, found ${role} ${HINT}`,
    ]);
  });

  it("is a listener or a target group of another account or region", () => {
    const other = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/a/1/2";
    expect(problemsOf({}, withResources({ listeners: [other] })).join("\n")).toContain(
      `targets.crm-production.resources.listeners: expected something of the account 111122223333 in eu-central-1, found ${other}`,
    );
    const named = { ...crm, loadBalancer: { ...crm.loadBalancer, listeners: [other] } };
    expect(problemsOf({}, named).join("\n")).toContain("targets.crm-production.loadBalancer.listeners[0]");
  });

  it("is a network whose zones are not those of its subnets", () => {
    const network = {
      vpc: "vpc-1",
      subnets: ["subnet-1", "subnet-1"],
      availabilityZones: ["eu-west-1a"],
      securityGroups: ["sg-1"],
      endpoints: false,
    };
    expect(problemsOf({ network }, crm)).toEqual([
      "  intermission.yml deployment.network.availabilityZones: expected as many zones as subnets, 2, in their order, found 1",
      "  intermission.yml deployment.network.availabilityZones[0]: expected a zone of eu-central-1, found eu-west-1a",
      "  intermission.yml deployment.network.subnets[1]: expected each subnet once, found subnet-1 again",
    ]);
  });

  it("is a log of another region where endpoints lead to this one alone", () => {
    const network = {
      vpc: "vpc-1",
      subnets: ["subnet-1"],
      availabilityZones: ["eu-central-1a"],
      securityGroups: ["sg-1"],
      endpoints: true,
    };
    const logGroups = ["arn:aws:logs:us-east-1:111122223333:log-group:/ecs/crm"];
    expect(problemsOf({ network }, withResources({ logGroups })).join("\n")).toContain(
      "targets.crm-production.resources.logGroups[0]: expected a log group in eu-central-1",
    );
  });

  it("is a target made of what the deployment itself makes", () => {
    const eventRules = ["arn:aws:events:eu-central-1:111122223333:rule/intermission-watch"];
    const scheduleRoles = ["arn:aws:iam::111122223333:role/intermission-eu-central-1-runbook"];
    const problems = problemsOf({}, withResources({ eventRules, scheduleRoles }));
    expect(problems).toHaveLength(2);
    expect(problems.join("\n")).toContain("expected nothing of Intermission itself, found arn:aws:events");
    expect(problems.join("\n")).toContain("choose another deployment.name");
  });

  it("is a service of two targets, at which two operations could be at a time", () => {
    const twin = { ...crm, name: "crm-again" };
    expect(problemsOf({}, crm, twin)).toEqual([
      "  intermission.yml targets.crm-again.services[0]: expected a service of one target alone, found crm/crm-web, which is crm-production's too",
      "  intermission.yml targets.crm-again.services[1]: expected a service of one target alone, found crm/crm-worker, which is crm-production's too",
    ]);
  });

  it("is a topic and addresses, of which one would be forgotten", () => {
    const notify = { topic: "arn:aws:sns:eu-central-1:111122223333:oncall", emails: ["a@example.com"] };
    expect(problemsOf({ notify }, crm)).toEqual([
      "  intermission.yml deployment.notify: expected a topic that exists, or the addresses for a new one, found both",
    ]);
  });
});
