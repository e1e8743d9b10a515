import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);

/**
 * The typed client as scripts of others import it: JavaScript, because Node strips no types from packages, and declarations that need none of
 * our sources. What is a package of its own stays one.
 */
export async function buildClient({ root, outDir }: { root: string; outDir: string }): Promise<void> {
  const declared = await declarations(root);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/client/index.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
    logLevel: "warning",
  });
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, "index.js"), outputFiles[0]!.text);
  for (const [name, text] of declared) await writeFile(join(outDir, name), text);
}

async function declarations(root: string): Promise<Map<string, string>> {
  const scratch = await mkdtemp(join(tmpdir(), "intermission-client-"));
  try {
    const compilerOptions = {
      ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: scratch },
      typeRoots: [join(root, "node_modules/@types")],
    };
    const files = [join(root, "src/client/index.ts")];
    const config = join(scratch, "tsconfig.json");
    await writeFile(
      config,
      JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }),
    );
    // Even so the answers of a call come in any order.
    await run(join(root, "node_modules/.bin/tsc"), ["-p", config, "--singleThreaded", "--stableTypeOrdering"]);
    const read = (path: string) => readFile(join(scratch, "src", path), "utf8");
    const own = await Promise.all(
      ["index", "authentication", "problem"].map(async (name) => {
        const text = await read(`client/${name}.d.ts`);
        return [`${name}.d.ts`, text.replaceAll(/from "(\.\/[^"]+)\.ts"/g, 'from "$1.js"')] as const;
      }),
    );
    return new Map([...own, ["app-type.d.ts", appType(await read("api/app.d.ts"))]]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Nobody should have to say that they say nothing. */
const NO_QUERY = / & \{\n +query: \{\n +\[x: string\]: never;\n +\};\n +\}/g;
const ONLY_NO_QUERY = /input: \{\n +query: \{\n +\[x: string\]: never;\n +\};\n +\};/g;

/** The calls with what they take and what they answer when they succeed, out of the declaration of the whole API. */
export function appType(declared: string): string {
  const [, schema] = /OpenAPIHono<ApiEnv, (\{\n[\s\S]*\n\}), "\/">;/.exec(declared) ?? [];
  if (!schema) throw new Error('expected the API\'s declaration to be OpenAPIHono<ApiEnv, { … }, "/">');
  const calls = schema.replaceAll(
    /^ {8}(\$\w+): (\{\n[\s\S]*?\n {8}\});$/gm,
    (_whole, method: string, union: string) => {
      const answers = union
        .slice(1, -1)
        .split(/^ {8}\} \| \{$/m)
        .filter((answer) => /^ {12}status: (200|202|304);$/m.test(answer))
        .map((answer) => answer.trimEnd())
        .toSorted();
      return answers.length === 0
        ? ""
        : `        ${method}: ${answers.map((answer) => `{${answer}\n        }`).join(" | ")};`;
    },
  );
  const lean = calls.replaceAll(NO_QUERY, "").replaceAll(ONLY_NO_QUERY, "input: {};");
  return `import type { Env, Hono } from "hono";\n/** The API as \`hc\` knows it, without its problems, which are thrown. */\nexport type AppType = Hono<Env, ${lean}, "/">;\n`;
}
