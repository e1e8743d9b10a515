import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { pageScript, pageStyle } from "../src/api/live/assets.ts";
import { englishOnly, requireBanner } from "./build-action.ts";

/** The functions, each bundled to `<name>/index.mjs` with a `handler` export. */
export const lambdaEntries = {
  api: "src/api/lambda.ts",
  runbook: "src/engine/lambda.ts",
  "execution-ended": "src/engine/execution-ended-lambda.ts",
  announce: "src/engine/announce-lambda.ts",
  watch: "src/engine/watch-lambda.ts",
} as const;
export type LambdaResult = { name: string; bytes: number } | { name: string; missing: string };

/** Bundles the functions with their SDK, so that what was tested is what runs, whatever the runtime carries. */
export async function buildLambda({ root, outDir }: { root: string; outDir: string }): Promise<LambdaResult[]> {
  return Promise.all(
    Object.entries(lambdaEntries).map(async ([name, entry]) => {
      if (!existsSync(join(root, entry))) return { name, missing: entry };
      const outfile = join(outDir, name, "index.mjs");
      await build({
        absWorkingDir: root,
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node24",
        mainFields: ["module", "main"],
        keepNames: true,
        minifySyntax: true,
        minifyWhitespace: true,
        sourcemap: "linked",
        sourcesContent: false,
        legalComments: "none",
        banner: { js: requireBanner },
        plugins: [livePageInside, englishOnly],
        logLevel: "warning",
      });
      return { name, bytes: (await stat(outfile)).size };
    }),
  );
}

/** What the live page loads is read from files beside its module; a bundle has no files beside it. */
const livePageInside: Plugin = {
  name: "live-page-inside",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]api[\\/]live[\\/]assets\.ts$/ }, () => ({
      contents: Object.entries({ pageScript, pageStyle })
        .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
        .join("\n"),
    }));
  },
};
