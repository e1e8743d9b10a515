import { expect, test } from "vitest";
import {
  type ConfigurationError,
  type ConfigurationProblem,
  parseConfiguration,
} from "../../src/targets/configuration.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { runInit } from "./run-init.ts";

const ARGS = ["--cluster", "noticeboard", "--service", "noticeboard"];

async function undecided(options: NoticeboardCloudOptions, args: string[] = []) {
  return inVirtualTime(async () => {
    const cloud = await noticeboardCloud(options);
    const { code, text, printed } = await runInit(cloud, [...ARGS, ...args]);
    expect(code).toBe(0);
    return { text, printed, problems: problemsOf(text), comments: text.replaceAll(/\n *# /g, " ") };
  });
}

function problemsOf(text: string): ConfigurationProblem[] {
  try {
    parseConfiguration(text, "intermission.yml");
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
}

const app = (more: string) => `
taskDefinitions:
  noticeboard:
    volumes: { files: { fileSystem: fs-0123456789abcdef0 } }
    containers:
      - { name: app, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2", port: 3000, mounts: { files: /files }, environment: { ${more} } }
`;

test("leaves to a person what cannot be found, and the file is refused for exactly these lines", async () => {
  const { printed, problems, comments } = await undecided({
    cannotStart: true,
    installMs: 1,
    seed: `${app("DB_HOST: postgres.internal")}
loadBalancers:
  noticeboard:
    internal: true
    securityGroups: [sg-0a]
    listeners:
      - port: 8443
        protocol: https
        default: { targetGroup: noticeboard }
`,
  });
  expect(problems.map(({ path }) => path)).toEqual([
    "deployment.network.securityGroups",
    "targets.noticeboard.url",
    "targets.noticeboard.database",
    "targets.noticeboard.storage",
  ]);
  for (const { path, line } of problems) expect(printed).toContain(`intermission.yml:${line} ${path}: expected`);
  // Each of these lines has its choices above it, and what was looked at.
  expect(comments).toContain("- database: { instance: noticeboard-db } - database: none");
  expect(comments).toContain("DB_HOST is the address of something else");
  expect(comments).toContain("files on EFS fs-0123456789abcdef0");
  expect(comments).toContain("Its own are sg-0a");
  expect(comments).toContain("`deployment.network` must let the functions reach it in vpc-");
});

test("lists the ways in where there are several, and takes the one that it is told", async () => {
  const seed = `
loadBalancers:
  noticeboard:
    listeners:
      - port: 443
        protocol: https
        default: { fixedResponse: { status: 404 } }
        rules:
          - { priority: 1, conditions: { host: [notes.example.com, "*.example.org"] }, action: { targetGroup: noticeboard } }
          - { priority: 2, conditions: { host: [board.example.com] }, action: { targetGroup: noticeboard } }
`;
  const several = await undecided({ seed, cannotStart: true, installMs: 1 });
  expect(several.problems.map(({ path }) => path)).toEqual(["targets.noticeboard.url"]);
  expect(several.text).toContain("# - https://notes.example.com\n");
  expect(several.text).toContain("# - https://board.example.com\n");
  const told = await undecided({ seed, cannotStart: true, installMs: 1 }, ["--url", "https://notes.example.com"]);
  expect(told.problems).toEqual([]);
});

test("tells of logins, of paths and of what a standalone leader has not", async () => {
  const { comments, text } = await undecided({
    cannotStart: true,
    installMs: 1,
    seed: `
loadBalancers:
  noticeboard:
    listeners:
      - port: 443
        protocol: https
        default: { fixedResponse: { status: 404 } }
        rules:
          - { priority: 7, conditions: { host: [board.example.com], path: ["/board/*"] }, authenticate: { oidc: { issuer: https://login.example.com, clientId: board } }, action: { targetGroup: noticeboard } }
taskDefinitions:
  noticeboard:
    containers: [{ name: app, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2", port: 3000, portName: web }]
services:
  noticeboard: { serviceConnect: { namespace: noticeboard, offers: [web] } }
`,
  });
  expect(text).toContain("    leader: service\n");
  expect(comments).toContain("noticeboard uses Service Connect, which a standalone task has not");
  expect(comments).toContain("take no other paths than /board/*");
  expect(comments).toContain("DECIDE: HTTPS 443, rule 7 asks for a login");
});

test("nothing that things are called in AWS becomes a line of the file", async () => {
  const evil = [
    "DB_X\ntargets:\n  evil: {}",
    "DB_Y\r    frozen: yes",
    "DB_Z\u2028access: {}",
    "DB_#: [&a *b] !!js {",
    "DB_\u0085x: 1",
  ];
  const names = evil.map((name) => `${JSON.stringify(name)}: "${"a".repeat(10)}`).map((line) => `${line}: b # c"`);
  const { text, problems, comments } = await undecided({
    cannotStart: true,
    installMs: 1,
    seed: app(names.join(", ")),
  });
  expect(problems.map(({ path }) => path)).toEqual(["targets.noticeboard.database", "targets.noticeboard.storage"]);
  expect(text).not.toMatch(/[\r\u0085\u2028]/);
  expect(comments).toContain("DB_X targets: evil: {} is the address of something else");
});
