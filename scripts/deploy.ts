import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { summaryInWords, summaryOf } from "../infra/summary.ts";
import { saidText } from "../src/aws/said.ts";
import { runCommand, type Streams, terminal } from "../src/command-line/run-command.ts";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { HELP, readDeployCommand } from "./command-lines/deploy.ts";
import { type Made, makeAssembly } from "./synth.ts";

const OUT = "build/cdk.out";

export type DeployWorld = Streams & {
  make(options: { file: string; out: string }): Promise<Made>;
  /** The account of whoever deploys. Throws where there are no credentials. */
  account(options: { region: string; profile?: string }): Promise<string>;
  /** Runs the CDK's command line, and answers its exit code. */
  cdk(args: string[], environment: Record<string, string>): Promise<number>;
};

/** Answers the exit code: the CDK's, 1 where it does not come so far, or 2 where it was asked for something that makes no sense. */
export function deploy(args: string[], { make, account, cdk, ...streams }: DeployWorld): Promise<number> {
  return runCommand({
    ...{ args, help: HELP, read: readDeployCommand, streams },
    async run({ file, diff, profile, passedOn }) {
      try {
        const { deployment, ...synthesis } = await make({ file, out: OUT });
        streams.print(summaryInWords(await summaryOf(synthesis, deployment)));
        await requireAccount({ deployment, profile, account });
        const verb = diff
          ? ["diff"]
          : ["deploy", ...(passedOn.some(isApproval) ? [] : ["--require-approval", "broadening"])];
        return await cdk([...verb, synthesis.stackName, "--app", dirname(synthesis.templateFile), ...passedOn], {
          AWS_REGION: deployment.region,
          ...(profile && { AWS_PROFILE: profile }),
        });
      } catch (error) {
        streams.complain((error as Error).message);
        return 1;
      }
    },
  });
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
    ...terminal,
    make: makeAssembly,
    async account(options) {
      const sts = new STSClient({ ...options, maxAttempts: 2 });
      const { Account } = await sts.send(new GetCallerIdentityCommand());
      return saidText(Account, "whose credentials these are");
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
