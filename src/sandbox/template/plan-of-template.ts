import { dirname } from "node:path";
import type { HttpApiRoute } from "../front/routes.ts";
import type { HostedFunction, HostingPlan } from "../hosting-plan.ts";
import type { Services } from "../services.ts";
import { planOfStack } from "./plan-of-stack.ts";
import { readStack } from "./stack.ts";
import { readTemplate } from "./template.ts";

/** Makes a template for what is there: `targetsFile` is intermission.yml, as the seed has it. */
export type MakeTemplate = (given: {
  targetsFile: string;
  services: Pick<Services, "url" | "key" | "world" | "directory">;
}) => Promise<{ templateFile: string; stackName: string }>;

/**
 * What a synthesised stack has the sandbox host. Nothing differs from what would be deployed but where GitHub's tokens come from: the
 * sandbox's issuer takes the place of the one that the template names, as its endpoint takes the place of AWS.
 */
export async function planOfTemplate(
  { templateFile, stackName }: Awaited<ReturnType<MakeTemplate>>,
  { services, issuer }: { services: Services; issuer: string },
): Promise<HostingPlan> {
  const stack = readStack(await readTemplate(templateFile), { world: services.world, stackName });
  const plan = planOfStack(stack, dirname(templateFile));
  return {
    ...plan,
    functions: plan.functions.map((each) => withIssuer(each, issuer)),
    apis: plan.apis.map((api) => ({ ...api, routes: api.routes.map((route) => trusting(route, issuer)) })),
  };
}

const withIssuer = ({ environment, ...each }: HostedFunction, issuer: string): HostedFunction => ({
  ...each,
  environment: {
    ...environment,
    ...(environment.INTERMISSION_OIDC_ISSUER !== undefined && { INTERMISSION_OIDC_ISSUER: issuer }),
  },
});

const trusting = ({ authorizer, ...route }: HttpApiRoute, issuer: string): HttpApiRoute => ({
  ...route,
  authorizer: authorizer.kind === "jwt" ? { ...authorizer, issuer } : authorizer,
});
