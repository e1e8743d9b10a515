import type { Deployment } from "../src/targets/deployment-schema.ts";
import { keyPolicyStatements } from "./encryption.ts";

/** What a template cannot see to: what must be there, or be done, beside it. */
export function notesOn(deployment: Deployment): string[] {
  const { account, region, github, network, encryption, notify } = deployment;
  return [
    `${account} must have been prepared for the CDK in ${region}: npx cdk bootstrap aws://${account}/${region}`,
    ...(notify === undefined ? ["Nobody is told of alarms: deployment.notify names a topic, or addresses"] : []),
    ...(notify?.emails.length
      ? [`${notify.emails.join(", ")}: each must confirm what SNS writes, or is told nothing`]
      : []),
    ...(notify?.topic
      ? [
          `${notify.topic} must let cloudwatch.amazonaws.com publish, and, if it is encrypted with a key, that key must let it kms:Decrypt and kms:GenerateDataKey*`,
        ]
      : []),
    ...(github.jwtAuthorizer
      ? [
          `API Gateway must reach ${github.issuer}/.well-known/openid-configuration, and refuses the deployment if it does not`,
        ]
      : []),
    ...(network
      ? [
          `${network.subnets.join(", ")}: the API must get from there to ${github.issuer}, for GitHub's keys, and the runbook to every target's url${
            network.endpoints ? "" : "; without endpoints both must get to AWS too"
          }`,
          `${network.securityGroups.join(", ")}: the load balancers must let them in`,
        ]
      : []),
    ...(encryption
      ? [
          `The policy of ${encryption.key} must allow these besides the account's IAM:\n${JSON.stringify(keyPolicyStatements(deployment), null, 2)}`,
        ]
      : []),
  ];
}
