import { expect } from "vitest";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { startReaders } from "../../simulation/readers.ts";
import { virtually } from "./virtually.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };
const listener = (authenticate: string, more = "") => `
loadBalancers:
  noticeboard:
    listeners:
      - protocol: https
        port: 8443
        authenticate: ${authenticate}
        default: { targetGroup: noticeboard }
${more}
`;
const OIDC = "{ oidc: { issuer: https://login.example.com, clientId: noticeboard } }";
const COGNITO =
  '{ cognito: { userPoolArn: "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a", clientId: noticeboard, domain: login } }';
const JWT = "{ jwt: { issuer: https://login.example.com, jwksEndpoint: https://login.example.com/keys } }";
const BYPASS = ["loadBalancer: { bypassAuthentication: true }"];

virtually(
  "behind a login the page shows without it, and the leader is asked past it where that is allowed",
  async () => {
    let strangers = new Map<string, number>();
    await provenShape("behind-oidc", {
      cloud: { ...quick, seed: listener(OIDC), target: BYPASS },
      arrange: (cloud) => {
        strangers = startReaders(cloud, ["/"]);
      },
    });
    const answers = [...strangers.keys()].map((answer) => answer.slice(0, 3));
    expect(new Set(answers)).toEqual(new Set(["302", "503"]));
  },
);

virtually("behind a login of Cognito", async () => {
  await provenShape("behind-cognito", { cloud: { ...quick, seed: listener(COGNITO), target: BYPASS } });
});

virtually("behind a check of tokens", async () => {
  await provenShape("behind-jwt", { cloud: { ...quick, seed: listener(JWT), target: BYPASS } });
});

virtually(
  "where nobody may go past the login, the leader is asked through another listener that has none",
  async () => {
    await provenShape("behind-oidc-with-a-side-door", {
      cloud: {
        ...quick,
        seed: listener(OIDC, "      - { port: 9090, default: { targetGroup: noticeboard } }"),
      },
      visitPorts: [9090],
    });
  },
);

virtually("where nobody may go past the only login, the operation is refused and told both ways out", async () => {
  await refusedShape("behind-oidc-alone", { cloud: { ...quick, seed: listener(OIDC) } });
});
