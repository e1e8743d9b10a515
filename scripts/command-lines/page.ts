import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";
import { PAGE_LIMIT } from "../../src/targets/page.ts";

export const HELP = `Shows what visitors read while a target is closed, before any of them has to.

  npm run page -- --file intermission.yml

  --file FILE  the configuration; without it the default page alone
  --out FILE   where to write the gallery (build/page-gallery.html), to open in a browser
  --json       prints each page with its size, and writes nothing
  --help, -h   this

A page has at most ${PAGE_LIMIT} characters. One that has more is refused, with what takes the room; it ends with 1 then.`;

export type PageCommand = { kind: "page"; file?: string; out: string; json: boolean };

/** Everything that is wrong with the command is said at once. */
export function readPageCommand(args: string[]): Asked<PageCommand> {
  const { values, given, problems } = readOptions(args, {
    options: {
      file: { type: "string", what: "a file" },
      out: { type: "string", default: "build/page-gallery.html", what: "a file" },
      json: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  if (values.json && given.has("out"))
    problems.push("--out: expected nothing of the kind with --json, which writes nothing");
  if (problems.length > 0) return { kind: "wrong", problems };
  const { file, out, json } = values;
  return { kind: "page", ...(file !== undefined && { file }), out, json };
}
