import { Refusal } from "../command-line/run-command.ts";
import { ConfigurationError } from "../targets/configuration.ts";
import type { InitCommand } from "./command-line.ts";
import { InitError } from "./init-problem.ts";
import type { InitWorld } from "./init-world.ts";
import { refresh } from "./refresh.ts";
import { decisionsIn, differencesAsText, problemsAsText, writtenAsJson, writtenAsText } from "./report.ts";
import { writeTarget } from "./write-target.ts";

/** 0: done, or nothing changed. 1: a refresh changed something. 2: nothing was written, and what it printed says why. */
export type InitExit = 0 | 1 | 2;

/** Carries out what the command line asks for. */
export async function init(world: InitWorld, command: InitCommand): Promise<InitExit> {
  try {
    switch (command.kind) {
      case "write":
        return await write(world, command);
      case "refresh":
        return await renew(world, command);
    }
  } catch (error) {
    const { json } = command;
    if (error instanceof InitError)
      world.print(json ? inJson({ problems: error.problems }) : problemsAsText(error.problems));
    else if (error instanceof ConfigurationError)
      world.print(json ? inJson({ problems: error.problems }) : error.message);
    else if (json && error instanceof Refusal) world.print(inJson({ problems: [error.message] }));
    else throw error;
    return 2;
  }
}

const inJson = (value: unknown): string => JSON.stringify(value, null, 2);

async function write(world: InitWorld, command: Extract<InitCommand, { kind: "write" }>): Promise<InitExit> {
  const { out, print, json } = command;
  const { text, found } = await writeTarget(world, { ...command, name: command.target });
  if (!print) world.writeFile(out, text);
  const decisions = decisionsIn(text, out, found.name);
  const outcome = { out, written: !print };
  if (json) world.print(inJson(writtenAsJson(found, decisions, { ...outcome, ...(print && { text }) })));
  else world.print(print ? text : writtenAsText(found, decisions, outcome));
  return 0;
}

async function renew(world: InitWorld, command: Extract<InitCommand, { kind: "refresh" }>): Promise<InitExit> {
  const { out, print, json } = command;
  const before = world.readFile(out);
  const { text, differences, targets } = await refresh(world, command);
  const changed = text !== before;
  if (changed && !print) world.writeFile(out, text);
  if (json) world.print(inJson({ file: out, changed, written: changed && !print, targets, differences }));
  else if (!changed) world.print(`Nothing changed: the resources of ${targets.join(", ")} are as ${out} says.`);
  else
    world.print(
      [
        differencesAsText(differences),
        "",
        print
          ? `${out} was not written.`
          : `${out} is written. The permissions follow with the next \`npm run deploy\`.`,
      ].join("\n"),
    );
  return changed ? 1 : 0;
}
