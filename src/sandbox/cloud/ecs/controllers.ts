import type * as ecs from "@aws-sdk/client-ecs";
import { invalid, notSimulated } from "./checks.ts";
import type { Service } from "./service.ts";

/** What UpdateService cannot change where something else than ECS deploys. */
const DEPLOYED_ELSEWHERE: Partial<Record<keyof ecs.UpdateServiceRequest, string>> = {
  taskDefinition: "Unable to update task definition",
  networkConfiguration: "Unable to update network parameters",
  platformVersion: "Unable to update platform version",
  loadBalancers: "Unable to update load balancers",
  serviceRegistries: "Unable to update service registries",
  capacityProviderStrategy: "Unable to update capacity provider strategy",
  forceNewDeployment: "Cannot force a new deployment",
};

const HOW = {
  CODE_DEPLOY: "Use AWS CodeDeploy to trigger a new deployment.",
  EXTERNAL: "Use CreateTaskSet to trigger a new deployment.",
};

/** Throws where UpdateService leaves deployments to CodeDeploy or to an external controller. */
export function checkController({ deploymentController: type }: Service, input: ecs.UpdateServiceRequest): void {
  const wanted = input.deploymentController?.type;
  if (wanted !== undefined && wanted !== type) throw notSimulated("A change of the deployment controller");
  if (type === "ECS") return;
  for (const [member, problem] of Object.entries(DEPLOYED_ELSEWHERE)) {
    const value = input[member as keyof ecs.UpdateServiceRequest];
    if (value === undefined || value === false) continue;
    const article = type === "EXTERNAL" ? "an" : "a";
    throw invalid(`${problem} on services with ${article} ${type} deployment controller. ${HOW[type]}`);
  }
}

/** Two revisions side by side behind two target groups: such services are kept and described, and not deployed again. */
export function checkStrategy({ deploymentConfiguration: { strategy } }: Service): void {
  if (strategy && strategy !== "ROLLING") throw notSimulated(`A deployment by the strategy ${strategy}`);
}
