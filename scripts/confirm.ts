import { closeSync, fsyncSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createAws } from "../src/aws/aws.ts";
import { createClients } from "../src/aws/clients.ts";
import { saidText } from "../src/aws/said.ts";
import { systemClock } from "../src/clock.ts";
import { readFile, writeFile } from "../src/command-line/files.ts";
import { runCommand } from "../src/command-line/run-command.ts";
import type { LineFile } from "../src/confirm/change-journal.ts";
import { CONFIRM_HELP, type ConfirmCommand, readConfirmCommand } from "../src/confirm/command-line.ts";
import { confirm } from "../src/confirm/confirm.ts";
import { realStore } from "../src/engine/real-store.ts";
import { randomIds } from "../src/operations/operation-id.ts";
import { httpRequest, resolveName } from "../src/targets/http.ts";

process.exitCode = await runCommand({
  help: CONFIRM_HELP,
  read: (args) => readConfirmCommand(args, process.env),
  run,
});

function run(command: ConfirmCommand): Promise<number> {
  const { region, profile } = command.kind === "list" ? {} : command;
  const options = { ...(region && { region }), ...(profile && { profile }) };
  // The operations table is reached by the environment alone, as the functions reach it.
  if (region) process.env.AWS_REGION = region;
  if (profile) process.env.AWS_PROFILE = profile;
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (!interrupt.signal.aborted) console.error(`${signal}: everything is put back; this takes a moment`);
      interrupt.abort();
    });

  return confirm(
    {
      aws: createAws({ clients: createClients(options), fetch }),
      http: httpRequest,
      resolveName,
      clock: systemClock,
      ids: randomIds,
      storeOf: realStore,
      async caller() {
        const { Account, Arn } = await new STSClient(options).send(new GetCallerIdentityCommand());
        return {
          account: saidText(Account, "whose credentials these are"),
          arn: saidText(Arn, "whose credentials these are"),
        };
      },
      readFile,
      writeFile,
      lineFile,
      leftJournals: () => readdirSync(".").filter((name) => /^confirm-op-.+\.jsonl$/.test(name)),
      print: console.log,
      signal: interrupt.signal,
    },
    command,
  );
}

function lineFile(path: string): LineFile {
  return {
    read: () => readFile(path),
    append(line) {
      const file = openSync(path, "a");
      try {
        writeSync(file, `${line}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    remove: () => rmSync(path, { force: true }),
  };
}
