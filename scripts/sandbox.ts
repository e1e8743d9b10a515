import { fileURLToPath } from "node:url";
import { stop } from "esbuild";
import { readCommand } from "../src/sandbox/command-line.ts";
import { buildLambda } from "./build-lambda.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// What the sandbox hosts is what the sources say now.
if (readCommand(process.argv.slice(2)).kind === "sandbox") {
  await buildLambda({ root, outDir: fileURLToPath(new URL("../build/lambda", import.meta.url)) });
  await stop();
}
await import("../src/sandbox/main.ts");
