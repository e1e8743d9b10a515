import * as build from "../../scripts/command-lines/build.ts";
import * as deploy from "../../scripts/command-lines/deploy.ts";
import * as page from "../../scripts/command-lines/page.ts";
import * as synth from "../../scripts/command-lines/synth.ts";
import * as breakGlass from "../../src/break-glass/command-line.ts";
import { CONFIRM_HELP, readConfirmCommand } from "../../src/confirm/command-line.ts";
import * as demo from "../../src/demo/command-line.ts";
import * as workflow from "../../src/demo/workflow/command.ts";
import { INIT_HELP, readInitCommand } from "../../src/init/command-line.ts";
import * as sandbox from "../../src/sandbox/command-line.ts";
import * as chaos from "../chaos/command-line.ts";
import * as simulate from "../simulator/command/command-line.ts";
import * as sweep from "../sweep/command-line.ts";

export type Asked = { kind: string; problems?: string[] };
export type CommandLine = {
  help: string;
  read: (args: string[]) => Asked;
  /** Lines that are right, which have every option between them. */
  valid: string[];
};

const OPERATION = "op-20260115-020000-3f9a2c";
const simulated = { cores: 2, plants: ["no-undo", "two-leaders"], freshSeed: () => 77 };

/** Every command of package.json that reads a command line. */
export const commandLines: Record<string, CommandLine> = {
  demo: {
    help: demo.HELP,
    read: demo.readCommand,
    valid: ["upgrade --break migration --keep", "maintenance --open", "rollback"],
  },
  workflow: {
    help: workflow.HELP,
    read: workflow.readCommand,
    valid: [
      "up.yml --input version=2.0.0 --var A=b=c --output image.digest=sha256:1 --file a=b --ref refs/tags/v1 --keep",
    ],
  },
  sandbox: { help: sandbox.HELP, read: sandbox.readCommand, valid: ["--file s.yml --json", "--from-template"] },
  init: {
    help: INIT_HELP,
    read: readInitCommand,
    valid: [
      "--cluster crm --service crm-web --service worker --target crm --url https://crm.example.com --container app --app nocobase --force --print",
      "--refresh --target crm --region eu-central-1 --profile night --out i.yml --json",
    ],
  },
  synth: { help: synth.HELP, read: synth.readSynthCommand, valid: ["--file i.yml --out build/x --json"] },
  deploy: {
    help: deploy.HELP,
    read: deploy.readDeployCommand,
    valid: ["--file i.yml --diff --profile night -- --require-approval never"],
  },
  confirm: {
    help: CONFIRM_HELP,
    read: (args) => readConfirmCommand(args),
    valid: [
      "--file i.yml --target staging --yes-disturb staging --only stop-task --rounds 9 --table t --json o.json --journal j.jsonl",
      "--target staging --dry-run --region eu-central-1 --profile night",
      "--list",
      "--put-back c.jsonl --region eu-central-1",
    ],
  },
  "break-glass": {
    help: breakGlass.HELP,
    read: breakGlass.readCommand,
    valid: [`--table operations --operation ${OPERATION}`],
  },
  page: { help: page.HELP, read: page.readPageCommand, valid: ["--file i.yml --out g.html", "--json"] },
  simulate: {
    help: simulate.HELP,
    read: (args) => simulate.readSimulateCommand(args, simulated),
    valid: [
      "--seed 4711 --runs 20 --procedure rollback --workers 8 --failures out --plant no-undo --json",
      "--for 10m --no-shrink",
      "--replay seed-1.json",
      "--singles --sample 50",
      "--pairs",
      "--planted no-undo --runs 5",
    ],
  },
  sweep: {
    help: sweep.HELP,
    read: sweep.readSweepCommand,
    valid: ["--procedure upgrade --zombies --lanes 3 --every 2 --json"],
  },
  chaos: { help: chaos.HELP, read: chaos.readChaosCommand, valid: ["--for 90s --seed 7 --json"] },
  build: { help: build.HELP, read: build.readBuildCommand, valid: ["--only lambda --strict", "--check"] },
};
