import { fileURLToPath } from "node:url";
import { stop } from "esbuild";
import { buildLambda } from "./build-lambda.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const asksForHelp = process.argv.slice(2).some((word) => word === "--help" || word === "-h");

// What the sandbox hosts is what the sources say now.
if (!asksForHelp) {
  await buildLambda({ root, outDir: fileURLToPath(new URL("../build/lambda", import.meta.url)) });
  await stop();
}
await import("../src/sandbox/main.ts");
