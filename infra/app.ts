import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { IntermissionStack, type IntermissionStackProps } from "./intermission-stack.ts";
import { namesOf } from "./names.ts";

export type AppProps = IntermissionStackProps & { outdir?: string; againstSchemas?: boolean };

/** The CDK app: one stack, which cdk-nag judges when it is synthesised. */
export function createApp({ outdir, againstSchemas = false, ...props }: AppProps): {
  app: App;
  stack: IntermissionStack;
} {
  const app = new App({
    outdir,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: againstSchemas,
    context: {
      "aws:cdk:enable-asset-metadata": true,
      "aws:cdk:disable-stack-trace": true,
      "@aws-cdk/core:validateAgainstDefaultRules": againstSchemas,
    },
  });
  const stack = new IntermissionStack(app, namesOf(props.deployment).stack, props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}
