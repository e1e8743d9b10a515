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
  const missing = spawnSync(command, args, { stdio: "ignore" }).status !== 0;
  if (missing && process.env.REQUIRED_PEERS?.split(",").includes(peer))
    throw new Error(
      `expected ${peer}, which REQUIRED_PEERS names, and found none: ${command} ${args.join(" ")} failed`,
    );
  if (missing) console.warn(`${peer} is not installed on this machine: the tests that compare with it are skipped`);
  return missing;
}
