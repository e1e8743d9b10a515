import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { createAws } from "../src/aws/aws.ts";
import { createClients } from "../src/aws/clients.ts";
import { discoverResources } from "../src/init/discover-resources.ts";
import type { MakeTemplate } from "../src/sandbox/template/plan-of-template.ts";
import { parseConfiguration } from "../src/targets/configuration.ts";
import { synthesise } from "./synthesise.ts";

/**
 * Synthesises the stack for what a sandbox holds, as `npm run init` and `npm run synth` do for an account: what intermission.yml does not
 * say of its deployment and of its targets' resources is found out and added to the sandbox's copy of it.
 */
export const sandboxTemplate =
  (bundles: string): MakeTemplate =>
  async ({ targetsFile, services }) => {
    const { url: endpoint, key: credentials, world, directory } = services;
    const document = parseDocument(await readFile(targetsFile, "utf8"), { merge: true });
    if (!document.has("deployment"))
      document.set("deployment", document.createNode({ account: world.account, region: world.region }));
    const aws = createAws({ clients: createClients({ endpoint, credentials, region: world.region }), fetch });
    for (const target of parseConfiguration(String(document), targetsFile).targets.values())
      if (!target.resources) {
        const resources = await discoverResources({ aws, target, nowMs: world.clock.now() });
        document.setIn(["targets", target.name, "resources"], document.createNode(resources));
      }
    await writeFile(targetsFile, String(document));
    return synthesise({
      configuration: parseConfiguration(String(document), targetsFile),
      configurationFile: targetsFile,
      bundles,
      outdir: join(directory, "stack"),
    });
  };
