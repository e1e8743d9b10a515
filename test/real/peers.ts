import { spawnSync } from "node:child_process";

/** A program of somebody else that a test compares with, and which `npm ci` cannot install. */
const peers = {
  aws: ["aws", "--version"],
  boto3: ["python3", "-c", "import boto3"],
  curl: ["curl", "--version"],
} as const;

/**
 * Whether this machine has it. Where it has not, the tests that need it are skipped, and this says so once a file.
 * One that REQUIRED_PEERS names must be there: CI skips nothing that it installs.
 */
export function isMissing(peer: keyof typeof peers): boolean {
  const [command, ...args] = peers[peer];
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  const found = status !== 0 ? "none" : peer === "aws" && !knowsEndpoints(stdout) ? stdout.split(" ")[0] : undefined;
  if (found === undefined) return false;
  const wanted = peer === "aws" ? "aws from 1.29 or 2.13 on, which know AWS_ENDPOINT_URL" : peer;
  if (process.env.REQUIRED_PEERS?.split(",").includes(peer))
    throw new Error(`expected ${wanted}, since REQUIRED_PEERS names it, and found ${found}`);
  console.warn(`expected ${wanted}, found ${found}: the tests that compare with it are skipped`);
  return true;
}

/** An older AWS CLI would go to the real AWS, whatever it is told. */
function knowsEndpoints(version: string): boolean {
  const [, major, minor] = (/^aws-cli\/(\d+)\.(\d+)\./.exec(version) ?? []).map(Number);
  return (major === 1 && (minor ?? 0) >= 29) || (major === 2 && (minor ?? 0) >= 13) || (major ?? 0) > 2;
}
