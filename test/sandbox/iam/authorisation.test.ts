import { describe, expect, test } from "vitest";
import { allow, arnOf, inIamWorld, policy } from "./iam-world.ts";

const SESSION = "arn:aws:sts::111122223333:assumed-role/runbook/session";
const ROLE = "arn:aws:iam::111122223333:role/crm-task";
const unallowed = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe("the sandbox's IAM", () => {
  test("lets a role do everything until it is given policies, and users and other roles afterwards too", () =>
    inIamWorld(async ({ runbook, admin, may }) => {
      await runbook.ecs.createCluster({ clusterName: "crm" });
      may();
      await expect(runbook.ecs.listClusters()).rejects.toMatchObject({ name: "AccessDeniedException" });
      expect((await admin.ecs.listClusters()).clusterArns).toEqual([arnOf("ecs", "cluster/crm")]);
    }));

  test("replaces a role's policies, and keeps those it has where the new ones cannot be judged", () =>
    inIamWorld(async ({ runbook, may }) => {
      may(allow("ecs:ListClusters", "*"));
      expect(() => may(policy({ Effect: "Allow", Action: "*", Resource: "everything" }))).toThrow("all six parts");
      await runbook.ecs.listClusters();
      may(allow("rds:DescribeDBInstances", "*"));
      await expect(runbook.ecs.listClusters()).rejects.toMatchObject({ name: "AccessDeniedException" });
    }));

  test("refuses in each service's own words, before any effect, and logs what was missing", () =>
    inIamWorld(async ({ runbook, admin, may, outcomes, cloud }) => {
      may();
      const group = arnOf("elasticloadbalancing", "targetgroup/crm/*");
      await expect(
        runbook.elb.createTargetGroup({ Name: "crm", Protocol: "HTTP", Port: 80, VpcId: "vpc-1" }),
      ).rejects.toMatchObject({
        name: "AccessDenied",
        message: unallowed("elasticloadbalancing:CreateTargetGroup", group),
        $metadata: { httpStatusCode: 403 },
      });
      expect((await admin.elb.describeTargetGroups({})).TargetGroups).toEqual([]);
      expect(outcomes("CreateTargetGroup")).toEqual([
        `AccessDenied: elasticloadbalancing:CreateTargetGroup on ${group}`,
      ]);

      const cluster = arnOf("ecs", "cluster/crm");
      await expect(runbook.ecs.createCluster({ clusterName: "crm" })).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: unallowed("ecs:CreateCluster", cluster),
        $metadata: { httpStatusCode: 400 },
      });
      cloud.lambda.define({
        functionName: "worker",
        bundle: "",
        handler: "handler",
        environment: {},
        timeoutMs: 1_000,
        memoryMb: 128,
      });
      await expect(runbook.lambda.invoke({ FunctionName: "worker" })).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: unallowed("lambda:InvokeFunction", arnOf("lambda", "function:worker")),
        $metadata: { httpStatusCode: 403 },
      });
      await expect(runbook.dynamo.getItem({ TableName: "memory", Key: { pk: { S: "a" } } })).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: unallowed("dynamodb:GetItem", arnOf("dynamodb", "table/memory")),
        $metadata: { httpStatusCode: 400 },
      });
      await expect(runbook.scheduler.getSchedule({ Name: "nightly" })).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: unallowed("scheduler:GetSchedule", arnOf("scheduler", "schedule/default/nightly")),
        $metadata: { httpStatusCode: 403 },
      });
      expect((await runbook.sts.getCallerIdentity()).Arn).toBe(SESSION);
    }));

  test("words what a service tries in the caller's name as that service does", () =>
    inIamWorld(async ({ runbook, may, outcomes }) => {
      may(allow(["application-autoscaling:RegisterScalableTarget", "ecs:DescribeServices"], "*"));
      const register = runbook.scaling.registerScalableTarget({
        ServiceNamespace: "ecs",
        ResourceId: "service/crm/web",
        ScalableDimension: "ecs:service:DesiredCount",
      });
      await expect(register).rejects.toMatchObject({
        name: "ValidationException",
        message: "User is missing the following permissions: ecs:UpdateService",
      });
      expect(outcomes("RegisterScalableTarget")).toEqual([
        `ValidationException: ecs:UpdateService on ${arnOf("ecs", "service/crm/web")}`,
      ]);
    }));

  test("says that a policy denied where one did", () =>
    inIamWorld(async ({ runbook, may }) => {
      may(allow("ecs:*", "*"), policy({ Effect: "Deny", Action: "ecs:DeleteCluster", Resource: "*" }));
      await expect(runbook.ecs.deleteCluster({ cluster: "crm" })).rejects.toMatchObject({
        message: `User: ${SESSION} is not authorized to perform: ecs:DeleteCluster on resource: ${arnOf("ecs", "cluster/crm")} with an explicit deny in an identity-based policy`,
      });
    }));

  test("denies an operation of which it does not know what it asks for, whatever the policies allow", () =>
    inIamWorld(async ({ runbook, admin, may }) => {
      may(allow("*", "*"));
      await expect(runbook.dynamo.batchGetItem({ RequestItems: {} })).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: expect.stringContaining("the sandbox does not know what it asks for"),
      });
      await expect(admin.dynamo.batchGetItem({ RequestItems: {} })).rejects.toMatchObject({
        name: "ValidationException",
      });
    }));

  test("judges before an injected fault takes effect", () =>
    inIamWorld(async ({ runbook, may, cloud }) => {
      may();
      cloud.faults.add({ service: "ECS", operation: "ListClusters", fault: "throttle" });
      await expect(runbook.ecs.listClusters()).rejects.toMatchObject({ name: "AccessDeniedException" });
      expect(cloud.faults.pending()).toHaveLength(1);
    }));

  test("tells what was used, with every statement that allowed it", () =>
    inIamWorld(async ({ runbook, may, cloud }) => {
      expect(cloud.iam.used("runbook")).toEqual([]);
      may(
        policy(
          { Sid: "Look", Effect: "Allow", Action: "ecs:List*", Resource: "*" },
          { Sid: "Anything", Effect: "Allow", Action: "ecs:ListClusters", Resource: "*" },
          { Sid: "Never", Effect: "Allow", Action: "ecs:CreateCluster", Resource: "*" },
        ),
      );
      await runbook.ecs.listClusters();
      await runbook.ecs.listClusters();
      expect(cloud.iam.used("runbook")).toEqual([
        { sid: "Look", action: "ecs:ListClusters", resource: "*" },
        { sid: "Anything", action: "ecs:ListClusters", resource: "*" },
      ]);
    }));

  test("asks whether a role may be passed, to the service that it is passed to", () =>
    inIamWorld(async ({ runbook, may }) => {
      const register = () =>
        runbook.ecs.registerTaskDefinition({
          family: "crm",
          taskRoleArn: ROLE,
          containerDefinitions: [{ name: "app", image: "crm:1", memory: 128 }],
        });
      const registering = allow("ecs:RegisterTaskDefinition", "*");
      const passing = (service: string) =>
        allow("iam:PassRole", ROLE, { StringEquals: { "iam:PassedToService": service } });
      may(registering);
      await expect(register()).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: unallowed("iam:PassRole", ROLE),
      });
      may(registering, passing("ec2.amazonaws.com"));
      await expect(register()).rejects.toThrow("iam:PassRole");
      may(registering, passing("ecs-tasks.amazonaws.com"));
      expect((await register()).taskDefinition?.revision).toBe(1);
    }));
});
