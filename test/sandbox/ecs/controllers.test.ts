import { describe, expect, it } from "vitest";
import { createService, describe as describeService, onEcs, passes, register, tasksOf } from "./account.ts";

describe("a service that CodeDeploy deploys", () => {
  it(
    "is described by task sets in place of deployments, and runs",
    onEcs(async (account) => {
      const taskDefinition = await register(account);
      await createService(account, taskDefinition, { deploymentController: { type: "CODE_DEPLOY" } });
      await passes(5 * 60_000);
      const service = await describeService(account);
      expect(service).toMatchObject({
        deploymentController: { type: "CODE_DEPLOY" },
        deployments: [],
        runningCount: 1,
      });
      expect(service.taskSets).toMatchObject([
        {
          status: "PRIMARY",
          taskDefinition,
          startedBy: "CODE_DEPLOY",
          stabilityStatus: "STEADY_STATE",
          runningCount: 1,
        },
      ]);
    }),
  );

  it(
    "takes another desired count from UpdateService, but no other revision, network or forced deployment",
    onEcs(async (account) => {
      const taskDefinition = await register(account);
      await createService(account, taskDefinition, { deploymentController: { type: "CODE_DEPLOY" } });
      const update = (more: object) => account.client.updateService({ cluster: "main", service: "web", ...more });
      await update({ desiredCount: 2 });
      await passes(60_000);
      expect(await tasksOf(account)).toHaveLength(2);
      await expect(update({ taskDefinition })).rejects.toThrow(
        "Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.",
      );
      await expect(update({ platformVersion: "1.4.0" })).rejects.toThrow("Unable to update platform version");
      await expect(update({ forceNewDeployment: true })).rejects.toThrow("Cannot force a new deployment");
    }),
  );
});

describe("other ways to deploy", () => {
  it(
    "an external controller refuses another revision too",
    onEcs(async (account) => {
      const taskDefinition = await register(account);
      await createService(account, taskDefinition, { deploymentController: { type: "EXTERNAL" }, loadBalancers: [] });
      await expect(account.client.updateService({ cluster: "main", service: "web", taskDefinition })).rejects.toThrow(
        "Unable to update task definition on services with an EXTERNAL deployment controller.",
      );
    }),
  );

  it(
    "a blue/green service is described with its strategy, and is not deployed again here",
    onEcs(async (account) => {
      await createService(account, await register(account), { deploymentConfiguration: { strategy: "BLUE_GREEN" } });
      expect((await describeService(account)).deploymentConfiguration?.strategy).toBe("BLUE_GREEN");
      const update = (more: object) => account.client.updateService({ cluster: "main", service: "web", ...more });
      await expect(update({ taskDefinition: await register(account, "app:2") })).rejects.toMatchObject({
        name: "NotImplemented",
      });
      await update({ desiredCount: 2 });
    }),
  );
});

describe("Service Connect", () => {
  const serviceConnectConfiguration = {
    enabled: true,
    namespace: "crm",
    services: [{ portName: "http", clientAliases: [{ port: 80 }] }],
  };

  it(
    "is described with the deployment, and with what others find the service by",
    onEcs(async (account) => {
      const portMappings = [{ containerPort: 8080, name: "http" }];
      await createService(account, await register(account, "app:1", { portMappings }), {
        loadBalancers: [],
        serviceConnectConfiguration,
        serviceRegistries: [{ registryArn: "arn:aws:servicediscovery:eu-central-1:111122223333:service/srv-1" }],
      });
      const service = await describeService(account);
      expect(service.deployments).toMatchObject([
        { serviceConnectConfiguration, serviceConnectResources: [{ discoveryName: "http" }] },
      ]);
      expect(service.serviceRegistries).toHaveLength(1);
    }),
  );

  it(
    "names a port of the task definition",
    onEcs(async (account) => {
      const made = createService(account, await register(account), { loadBalancers: [], serviceConnectConfiguration });
      await expect(made).rejects.toThrow("The port name http");
    }),
  );
});
