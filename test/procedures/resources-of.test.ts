import { expect, test } from "vitest";
import { resourcesOf, type Surveyed } from "../../src/procedures/resources-of.ts";

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const surveyed = (kind: "instance" | "cluster", own: object, members: object[] = []) =>
  ({
    services: [
      {
        service: { arn: "arn:aws:ecs:eu-central-1:111122223333:service/apps/crm", volumeRoles: [] },
        definition: {},
        family: "crm",
      },
    ],
    targetGroups: [],
    doors: [],
    containers: {},
    database: { kind, members: [], settings: { own, members: members.map((settings) => ({ settings })) } },
    paused: [],
  }) as unknown as Surveyed;

test("names every role that a restore of a cluster has to hand over, whichever instance is the writer", () => {
  const [one, other] = [{ MonitoringRoleArn: role("monitoring-a") }, { MonitoringRoleArn: role("monitoring-b") }];
  const own = { DomainIAMRoleName: "domain", AssociatedRoles: [{ RoleArn: role("imports"), FeatureName: "s3Import" }] };
  const expected = {
    monitoringRole: role("monitoring-a"),
    databaseRoles: [role("domain"), role("imports"), role("monitoring-b")],
  };
  expect(resourcesOf(surveyed("cluster", own, [one, other]))).toMatchObject(expected);
  expect(resourcesOf(surveyed("cluster", own, [other, one]))).toMatchObject(expected);
});

test("leaves out the roles of an instance that no restore can be given", () => {
  const own = { AssociatedRoles: [{ RoleArn: role("imports") }], MonitoringRoleArn: role("monitoring") };
  const { databaseRoles, monitoringRole } = resourcesOf(surveyed("instance", own));
  expect({ databaseRoles, monitoringRole }).toEqual({ databaseRoles: [], monitoringRole: role("monitoring") });
});
