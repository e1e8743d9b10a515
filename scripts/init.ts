import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createAws } from "../src/aws/aws.ts";
import { createClients } from "../src/aws/clients.ts";
import { saidText } from "../src/aws/said.ts";
import { readFile, writeFile } from "../src/command-line/files.ts";
import { runCommand } from "../src/command-line/run-command.ts";
import { INIT_HELP, type InitCommand, readInitCommand } from "../src/init/command-line.ts";
import { init } from "../src/init/init.ts";

process.exitCode = await runCommand({ help: INIT_HELP, read: readInitCommand, run });

function run(command: InitCommand): Promise<number> {
  const { region, profile } = command;
  const options = { ...(region && { region }), ...(profile && { profile }) };
  return init(
    {
      aws: createAws({ clients: createClients(options), fetch }),
      async account() {
        const { Account } = await new STSClient(options).send(new GetCallerIdentityCommand());
        return saidText(Account, "whose credentials these are");
      },
      readFile,
      writeFile,
      print: console.log,
      nowMs: Date.now(),
    },
    command,
  );
}
