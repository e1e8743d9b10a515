import { join } from "node:path";
import type { Configuration } from "../src/targets/schema.ts";
import { createApp } from "./app.ts";
import { withFunctionFolders } from "./assets.ts";
import { requireDeployable } from "./deployable.ts";

export type SynthesisInput = {
  configuration: Configuration;
  /** The file that the configuration was read from: it goes into the functions that read it, with the page files that it names. */
  configurationFile: string;
  /** The folder with the functions' bundles, such as build/lambda. */
  bundles: string;
  /** Where the cloud assembly goes: the template, and the functions' code by the hash of its content. */
  outdir: string;
  /** Whether the template is compared with CloudFormation's own schemas too. Takes seconds. By default it is not. */
  againstSchemas?: boolean;
};
export type Synthesis = { templateFile: string; stackName: string };

/**
 * Makes the CloudFormation template of a deployment, without an account and without the network: the same input gives the same template.
 * Throws one Error with everything that keeps the configuration from being deployed, and another where cdk-nag or CloudFormation's schemas
 * object.
 */
export async function synthesise(input: SynthesisInput): Promise<Synthesis> {
  const { configuration, configurationFile, bundles, outdir, againstSchemas = false } = input;
  const deployment = requireDeployable(configuration, configurationFile);
  const pageFiles = [...configuration.targets.values()].flatMap(({ page }) => page.file ?? []);
  return withFunctionFolders({ bundles, configurationFile, pageFiles: [...new Set(pageFiles)] }, async (folders) => {
    const { app, stack } = createApp({ configuration, deployment, folders, outdir, againstSchemas });
    app.synth();
    return { templateFile: join(outdir, stack.templateFile), stackName: stack.stackName };
  });
}
