import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { summaryInWords, summaryOf } from "../infra/summary.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { type Made, makeAssembly } from "./synth.ts";

const HELP = `Deploys Intermission as the configuration says, or changes what is deployed. Operations that run are not disturbed: each stays on the
version of the runbook that it began with.

  npm run deploy -- --file intermission.yml [--diff] [--profile NAME] [-- OPTIONS OF CDK]

  --file FILE     the configuration (intermission.yml)
  --diff          shows what would change, and changes nothing
  --profile NAME  of your AWS configuration
  --help          this

What comes after another \`--\` is given to \`cdk deploy\` (or, with --diff, to \`cdk diff\`) as it is: -- --require-approval never
The account must have been prepared once: npx cdk bootstrap aws://ACCOUNT/REGION`;

const OUT = "build/cdk.out";

export type DeployWorld = {
  print(line: string): void;
  make(options: { file: string; out: string }): Promise<Made>;
  /** The account of whoever deploys. Throws where there are no credentials. */
  account(options: { region: string; profile?: string }): Promise<string>;
  /** Runs the CDK's command line, and answers its exit code. */
  cdk(args: string[], environment: Record<string, string>): Promise<number>;
};

/** Answers the exit code: the CDK's, or 1 where it does not come so far. */
export async function deploy(args: string[], { print, make, account, cdk }: DeployWorld): Promise<number> {
  try {
    const { values, positionals: passedOn } = parseArgs({
      args,
      options: {
        file: { type: "string", default: "intermission.yml" },
        diff: { type: "boolean", default: false },
        profile: { type: "string" },
        help: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    if (values.help) {
      print(HELP);
      return 0;
    }
    if (!args.includes("--") && passedOn.length > 0)
      throw new Error(
        `expected options, found ${passedOn.join(" ")}. What is meant for the CDK comes after another --`,
      );
    const { deployment, ...synthesis } = await make({ file: values.file, out: OUT });
    print(summaryInWords(await summaryOf(synthesis, deployment)));
    await requireAccount({ deployment, profile: values.profile, account });
    const verb = values.diff
      ? ["diff"]
      : ["deploy", ...(passedOn.some(isApproval) ? [] : ["--require-approval", "broadening"])];
    return await cdk([...verb, synthesis.stackName, "--app", dirname(synthesis.templateFile), ...passedOn], {
      AWS_REGION: deployment.region,
      ...(values.profile && { AWS_PROFILE: values.profile }),
    });
  } catch (error) {
    print((error as Error).message);
    return 1;
  }
}

const isApproval = (argument: string) => argument.startsWith("--require-approval");

type Who = { deployment: Deployment; profile: string | undefined; account: DeployWorld["account"] };

/** Throws unless the credentials are of the account that the configuration names. */
async function requireAccount({ deployment, profile, account }: Who): Promise<void> {
  const { account: expected, region } = deployment;
  const found = await account({ region, profile }).catch((error: Error) => {
    throw new Error(
      [
        `expected credentials of the account ${expected}, found none that work: ${error.message}`,
        "Sign in (`aws sso login`, or however your organisation does) and name the profile with --profile or AWS_PROFILE. `npm run synth` needs no credentials.",
      ].join("\n"),
    );
  });
  if (found !== expected)
    throw new Error(
      `expected credentials of the account ${expected}, as deployment.account says, found those of ${found}. Name another profile with --profile, or mend the file`,
    );
}

const cdkCommand = () => join(dirname(createRequire(import.meta.url).resolve("aws-cdk/package.json")), "bin/cdk");

if (import.meta.main)
  process.exitCode = await deploy(process.argv.slice(2), {
    print: console.log,
    make: makeAssembly,
    async account(options) {
      const sts = new STSClient({ ...options, maxAttempts: 2 });
      const { Account = "" } = await sts.send(new GetCallerIdentityCommand());
      return Account;
    },
    cdk: (args, environment) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [cdkCommand(), ...args], {
          stdio: "inherit",
          env: { ...process.env, ...environment },
        });
        child.once("error", reject);
        child.once("exit", (code) => resolve(code ?? 1));
      }),
  });
