import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notesOn } from "../../../infra/notes.ts";
import { synthesise } from "../../../infra/synthesise.ts";
import { deploy } from "../../../scripts/deploy.ts";
import { type Made, makeAssembly, synth } from "../../../scripts/synth.ts";
import { everyOption } from "./every-option.ts";
import { EXAMPLE, exampleWith, PATIENT, synthesised, writeBundles } from "./synthesised.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "intermission-synth-"));
  await writeBundles(join(folder, "bundles"));
});
afterAll(() => rm(folder, { recursive: true }));
const build = async () => join(folder, "bundles");

describe("synthesising", () => {
  it("makes the same of the same, to the letter and with the same hashes, wherever it is made", PATIENT, async () => {
    const files = await Promise.all(
      ["one", "other"].map(async (name) => {
        const { templateFile, stackName } = await makeExample(join(folder, name));
        expect(stackName).toBe("intermission");
        return [
          await readFile(templateFile, "utf8"),
          await readFile(join(folder, name, "intermission.assets.json"), "utf8"),
        ];
      }),
    );
    expect(files[0]).toEqual(files[1]);
  });

  it("makes one stack without nested ones, custom resources or functions of the CDK's own", PATIENT, async () => {
    const types = (await synthesised()).resources.map(({ Type }) => Type);
    expect(types.filter((type) => /^(Custom::|AWS::CloudFormation::)/.test(type))).toEqual([]);
    expect(types.filter((type) => type === "AWS::Lambda::Function")).toHaveLength(5);
  });

  it("says how the functions are built where they are not", async () => {
    const configuration = await exampleWith();
    const bundles = join(folder, "nothing");
    await expect(
      synthesise({ configuration, configurationFile: EXAMPLE, bundles, outdir: join(folder, "never") }),
    ).rejects.toThrow(/found no .*api\/index\.mjs.*watch\/index\.mjs.*npm run build -- --only lambda/);
  });
});

const into = (said: string[]) => ({
  print: (line: string) => void said.push(line),
  complain: (line: string) => void said.push(line),
});

describe("npm run synth", () => {
  it("says everything that is wrong with the configuration, and ends with 1", async () => {
    const file = join(folder, "wrong.yml");
    await writeFile(file, "deployment: { account: 1, regin: x }\ntargets: {}\n");
    const said: string[] = [];
    expect(await synth(["--file", file], { ...into(said), build })).toBe(1);
    expect(said.join("\n")).toMatch(
      /deployment\.account[\s\S]*deployment\.regin[\s\S]*targets: expected at least one target/,
    );
  });

  it("says how a configuration comes about where there is none", async () => {
    const said: string[] = [];
    expect(await synth(["--file", join(folder, "none.yml")], { ...into(said), build })).toBe(1);
    expect(said.join("\n")).toContain("`npm run init` writes one");
  });

  it("leaves a folder alone that holds what it has not made", async () => {
    const out = join(folder, "precious");
    await mkdir(out);
    await writeFile(join(out, "thesis.txt"), "years of work");
    await expect(makeAssembly({ file: EXAMPLE, out }, build)).rejects.toThrow("found others' files");
    expect(await readFile(join(out, "thesis.txt"), "utf8")).toBe("years of work");
  });

  it.each([
    [{ notify: undefined }, /Nobody is told of alarms/],
    [{}, /oncall@example.com: each must confirm/],
    [everyOption, /"kms:EncryptionContext:aws:logs:arn"[\s\S]*log-group:\/aws\/lambda\/maintenance-\*/],
    [everyOption, /API Gateway must reach https:\/\/github\.example\.com\/_services\/token\/\.well-known/],
    [everyOption, /subnet-0a1b2c3d, subnet-1b2c3d4e: the API must get from there to/],
  ])("says what must be there beside the template (%#)", async (options, expected) => {
    const { deployment } = await exampleWith(options);
    expect(notesOn(deployment!).join("\n")).toMatch(expected);
  });

  it("explains itself", async () => {
    const said: string[] = [];
    expect(await synth(["--help"], into(said))).toBe(0);
    expect(said.join("\n")).toContain("npm run synth -- --file intermission.yml");
  });
});

async function makeExample(outdir: string): Promise<Made> {
  const configuration = await exampleWith();
  const bundles = join(folder, "bundles");
  const made = await synthesise({ configuration, configurationFile: EXAMPLE, bundles, outdir });
  return { ...made, deployment: configuration.deployment! };
}

describe("npm run deploy", PATIENT, () => {
  let made: Promise<Made>;
  beforeAll(() => {
    made = makeExample(join(folder, "deployed"));
  });

  type Ran = { args: string[]; environment: Record<string, string> };
  async function deployed(args: string[], account: () => Promise<string> = async () => "111122223333") {
    const said: string[] = [];
    const ran: Ran[] = [];
    const code = await deploy(args, {
      ...into(said),
      make: () => made,
      account,
      cdk: async (cdkArgs, environment) => {
        ran.push({ args: cdkArgs, environment });
        return 7;
      },
    });
    return { code, said: said.join("\n"), ran };
  }

  it("gives the CDK what was synthesised, has it ask before it widens permissions, and ends as it does", async () => {
    const { code, ran, said } = await deployed(["--file", EXAMPLE, "--profile", "night"]);
    expect(code).toBe(7);
    expect(ran).toEqual([
      {
        args: ["deploy", "--require-approval", "broadening", "intermission", "--app", join(folder, "deployed")],
        environment: { AWS_REGION: "eu-central-1", AWS_PROFILE: "night" },
      },
    ]);
    expect(said).toContain("intermission-runbook");
  });

  it("shows what would change where that is asked for", async () => {
    const { ran } = await deployed(["--file", EXAMPLE, "--diff", "--", "--fail"]);
    expect(ran[0]!.args).toEqual(["diff", "intermission", "--app", join(folder, "deployed"), "--fail"]);
  });

  it("passes on what is meant for the CDK", async () => {
    const { ran } = await deployed(["--file", EXAMPLE, "--", "--require-approval", "never"]);
    expect(ran[0]!.args.slice(-2)).toEqual(["--require-approval", "never"]);
    expect(ran[0]!.args).not.toContain("broadening");
  });

  it("deploys nothing where it was asked for what makes no sense", async () => {
    const { code, said, ran } = await deployed(["--fil", EXAMPLE, "--profile", "--", "--diff"]);
    expect([code, ran]).toEqual([2, []]);
    expect(said).toMatch(
      /^--fil: no such option; did you mean --file\?\n--profile: expected a profile, found "--"\n\nDeploys/,
    );
  });

  it("says what to do where there are no credentials, and deploys nothing", async () => {
    const { code, said, ran } = await deployed(["--file", EXAMPLE], () =>
      Promise.reject(new Error("Could not load credentials from any providers")),
    );
    expect([code, ran]).toEqual([1, []]);
    expect(said).toContain("expected credentials of the account 111122223333, found none that work");
    expect(said).toContain("--profile or AWS_PROFILE");
  });

  it("refuses to deploy to another account than the configuration names", async () => {
    const { code, said, ran } = await deployed(["--file", EXAMPLE], async () => "999999999999");
    expect([code, ran]).toEqual([1, []]);
    expect(said).toContain("expected credentials of the account 111122223333");
    expect(said).toContain("found those of 999999999999");
  });
});
