import { styleText } from "node:util";
import type { Sandbox } from "./sandbox.ts";
import type { LoadedSeed } from "./seed/load-seed.ts";

/** The one line for programs. */
export function readyLine({ services, api, oidc, targets, control }: Sandbox): string {
  const { url: aws, key, world } = services;
  return JSON.stringify({
    aws,
    region: world.region,
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey,
    api,
    oidc: { issuer: oidc.issuer, token: oidc.token },
    targets,
    control,
  });
}

/** Seen with 1.45.11: it replaces that region's RDS endpoint whatever AWS_ENDPOINT_URL says, so a command meant for the sandbox would leave this machine. */
const LEAKING_REGION =
  "# Careful: in us-east-1 version 1 of the AWS CLI sends `aws rds` to the real AWS unless you add --endpoint-url $AWS_ENDPOINT_URL";

/** What people read: where everything is, what to export and what to try. */
export function readyText(sandbox: Sandbox, seed: LoadedSeed): string {
  const { services, api, oidc, targets, control, values } = sandbox;
  const { url, key, world } = services;
  const [service] = Object.entries(seed.services);
  const [target] = [...Object.values(targets), ...Object.values(values.loadBalancer)];
  const hosted = seed.targets !== undefined;
  const sections = [
    bold("The sandbox is ready."),
    lines([
      ["AWS", `${url}  ${dim(`${world.region}, account ${world.account}`)}`],
      ["API", hosted ? `${api.github}  ${dim("for GitHub's tokens")}` : dim("no `intermission` in the seed: no API")],
      ...(hosted ? [["", `${api.operator}  ${dim("for SigV4")}`]] : []),
      ["tokens", `${oidc.token}  ${dim(`by ${oidc.issuer}`)}`],
      ["control", control],
      ...Object.entries(values.loadBalancer).map(([name, at]) => [
        name,
        `${services.reachable(at.url)}  ${dim(at.url)}`,
      ]),
    ]),
    bold("Export"),
    indent([
      `export AWS_ENDPOINT_URL=${url} AWS_REGION=${world.region} AWS_DEFAULT_REGION=${world.region}`,
      `export AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`,
      ...(world.region === "us-east-1" ? [LEAKING_REGION] : []),
    ]),
    bold("Try"),
    indent([
      service
        ? `aws ecs describe-services --cluster ${service[1].cluster} --services ${service[0]}`
        : "aws sts get-caller-identity",
      ...(target ? [`curl -i ${services.reachable(target.url)}`] : []),
      ...(hosted
        ? [
            `curl --aws-sigv4 aws:amz:${world.region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" ${api.operator}/v1/targets`,
            `curl -H "authorization: Bearer $(curl -s '${oidc.token}?audience=intermission' | sed 's/.*"value":"\\([^"]*\\)".*/\\1/')" ${api.github}/v1/targets`,
          ]
        : []),
      `curl -sN '${control}/events?follow=1'`,
      `curl -X POST ${control}/faults -d '{"service":"ECS","operation":"UpdateService","fault":"throttle"}'`,
    ]),
    ...(hosted
      ? [
          bold("As a GitHub job"),
          indent([`export ACTIONS_ID_TOKEN_REQUEST_URL='${oidc.requestUrl}' ACTIONS_ID_TOKEN_REQUEST_TOKEN=anything`]),
        ]
      : []),
    dim("Ctrl-C ends it and everything that it started."),
  ];
  return `\n${sections.join("\n\n")}\n`;
}

const bold = (text: string) => styleText("bold", text, { stream: process.stdout });
const dim = (text: string) => styleText("dim", text, { stream: process.stdout });
const indent = (texts: string[]) => texts.map((text) => `  ${text}`).join("\n");
const lines = (rows: string[][]) => {
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return indent(rows.map(([name = "", value = ""]) => `${name.padEnd(width)}  ${value}`));
};
