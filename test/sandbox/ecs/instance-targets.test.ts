import { expect, test } from "vitest";
import { createService, onEcs, passes, steady } from "./account.ts";

/** A load balancer before a service on an instance, in a bridge network. */
test(
  "a load balancer checks and reaches a task by its instance and host port",
  onEcs(
    async (account) => {
      const { client, elb, hosts } = account;
      const { containerInstance } = await client.registerContainerInstance({ cluster: "main" });
      const { LoadBalancers } = await elb.createLoadBalancer({ Name: "crm", Subnets: ["subnet-a", "subnet-b"] });
      const { TargetGroups } = await elb.createTargetGroup({
        Name: "web",
        TargetType: "instance",
        Protocol: "HTTP",
        Port: 80,
        VpcId: "vpc-1",
      });
      const targetGroupArn = TargetGroups![0]!.TargetGroupArn!;
      await elb.createListener({
        LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
      });
      await client.registerTaskDefinition({
        family: "bridged",
        networkMode: "bridge",
        containerDefinitions: [{ name: "app", image: "app:1", memory: 256, portMappings: [{ containerPort: 8080 }] }],
      });
      await createService(account, "bridged", {
        launchType: "EC2",
        networkConfiguration: undefined,
        loadBalancers: [{ targetGroupArn, containerName: "app", containerPort: 8080 }],
      });
      await steady(account);
      const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn: targetGroupArn });
      expect(TargetHealthDescriptions).toMatchObject([
        { Target: { Id: containerInstance!.ec2InstanceId, Port: 32_768 }, TargetHealth: { State: "healthy" } },
      ]);
      await passes(10_000);
      const [address = ""] = hosts.resolve(LoadBalancers![0]!.DNSName!);
      const request = { method: "GET", path: "/", headers: { host: "crm" }, remoteAddress: "192.0.2.1" };
      expect(await hosts.send(address, 80, request)).toMatchObject({ status: 200, body: "ok" });
    },
    { loadBalancers: true },
  ),
);
