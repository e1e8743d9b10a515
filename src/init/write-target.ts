import { type Document, isMap, parseDocument } from "yaml";
import { read } from "../procedures/read.ts";
import { placeOf } from "../procedures/resources-of.ts";
import { draftDeployment } from "./draft-deployment.ts";
import { draftTarget } from "./draft-target.ts";
import { inComment, mapOf, textOf } from "./entry.ts";
import { withMember } from "./file-text.ts";
import { findTarget, type Wanted } from "./find-target.ts";
import type { Found } from "./found.ts";
import { InitError, type InitProblem, problemOfError } from "./init-problem.ts";
import type { InitWorld } from "./init-world.ts";

type Options = Wanted & { out: string; force: boolean };

/** The text of the file with the target in it. Writes nothing. Throws an InitError that names every problem. */
export async function writeTarget(world: InitWorld, options: Options): Promise<{ text: string; found: Found }> {
  const existing = world.readFile(options.out);
  const document = existing?.trim() ? parseDocument(existing, { merge: true }) : undefined;
  const wrong = document ? wrongWith(document, options) : [];
  // Nothing is looked for in vain, but what is wrong with the command and with the cloud is said together.
  const found = await findTarget(world, options).catch((error: unknown) => {
    if (error instanceof InitError) throw new InitError([...wrong, ...error.problems]);
    throw error;
  });
  const account = await read(world.account);
  const place = placeOf(found.services);
  const problems = [...wrong, ...strangers(document, account, place)];
  if (problems.length) throw new InitError(problems);

  const target = mapOf(draftTarget(found));
  const deployment = mapOf(draftDeployment({ ...place, loadBalancers: found.survey.loadBalancers }));
  if (!document || !existing) return { text: newFile(found, place, deployment, target), found };
  const withTarget = withMember(existing, ["targets", options.name], target);
  return { text: document.has("deployment") ? withTarget : withMember(withTarget, ["deployment"], deployment), found };
}

type YamlMap = ReturnType<typeof mapOf>;

function newFile(found: Found, place: { account: string; region: string }, deployment: YamlMap, target: YamlMap) {
  const services = found.services.map(({ service }) => service.name).join(", ");
  const title = [
    `Written by \`npm run init\`: what live resources say of ${services} in cluster ${found.cluster}, account ${place.account}, ${place.region}.`,
    "DECIDE marks what a person must say. Every key: docs/targets.md",
  ];
  return [
    ...title.map((line) => `# ${inComment(line)}\n`),
    "\ndeployment:\n",
    textOf(deployment, 2),
    "\ntargets:\n",
    `  ${found.name}:\n`,
    textOf(target, 4),
  ].join("");
}

function wrongWith(document: Document.Parsed, { out, name, force }: Options): InitProblem[] {
  const [error] = document.errors;
  if (error)
    return [
      {
        about: out,
        expected: "YAML",
        found: error.message.split("\n")[0]!,
        next: "Mend it, or name another file with --out",
      },
    ];
  const targets = document.get("targets", true);
  if (!isMap(document.contents) || !isMap(targets))
    return [
      {
        about: out,
        expected: "an intermission.yml, with a map of targets",
        found: "another kind of file",
        next: "Name another file with --out",
      },
    ];
  if (!targets.has(name) || force) return [];
  return [
    {
      about: `--target ${name}`,
      expected: `a target that ${out} has not yet`,
      found: "one of that name",
      next: `Say another name with --target; or --refresh, which renews its \`resources\` alone; or --force, which writes it anew and loses what was decided in it`,
    },
  ];
}

/** All targets of a file are of one account and one region. */
function strangers(
  document: Document | undefined,
  credentials: Awaited<ReturnType<typeof read<string>>>,
  place: { account: string; region: string },
): InitProblem[] {
  if (!credentials.ok) return [problemOfError("who asks", credentials.error)];
  const said = (what: string): string | undefined => {
    const value = document?.getIn(["deployment", what]);
    return typeof value === "string" || typeof value === "number" ? `${value}` : undefined;
  };
  const given = { account: said("account"), region: said("region") };
  return (["account", "region"] as const).flatMap((what) =>
    given[what] === undefined || given[what] === place[what]
      ? []
      : [
          {
            about: `deployment.${what}`,
            expected: `${given[what]}, as the file says of all its targets`,
            found: place[what],
            next: `Use a file for each ${what}, or the credentials of that one`,
          },
        ],
  );
}
