import {
  type CreateListenerInput,
  type ModifyListenerInput,
  SSLPolicyNotFoundException$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { awsError } from "../../wire/service.ts";
import { assertOneOf, assertPattern } from "./constraints.ts";
import { notSimulated, validationError } from "./errors.ts";
import type { Listener } from "./model.ts";

/** What the API takes where none is named. */
const DEFAULT_POLICY = "ELBSecurityPolicy-2016-08";
const CERTIFICATE = /^arn:[^:]+:(acm:[^:]+:\d{12}:certificate\/[\w-]+|iam::\d{12}:server-certificate\/.+)$/;

type Spoken = Pick<Listener, "protocol" | "tls">;

/** The protocol of a new listener; HTTPS with its one certificate, whose ARN alone is known here, and its security policy. */
export function readProtocol({ Protocol, Certificates, SslPolicy, MutualAuthentication }: CreateListenerInput): Spoken {
  if (Protocol === undefined) throw validationError("A protocol must be specified");
  assertOneOf(Protocol, "protocol", ["HTTP", "HTTPS"]);
  if (Protocol === "HTTP") {
    if (Certificates?.length || SslPolicy)
      throw validationError("An HTTP listener has no certificate and no SSL policy");
    return { protocol: "http" };
  }
  if ((MutualAuthentication?.Mode ?? "off") !== "off") throw notSimulated("mutual authentication");
  const tls = { certificateArn: readCertificate(Certificates), policy: readPolicy(SslPolicy ?? DEFAULT_POLICY) };
  return { protocol: "https", tls };
}

/** The protocol of a listener that is modified: its certificate and policy can change, from HTTP to HTTPS it cannot here. */
export function readProtocolChange(input: ModifyListenerInput, before: Spoken): Spoken {
  const { Protocol = before.protocol.toUpperCase(), Certificates, SslPolicy } = input;
  assertOneOf(Protocol, "protocol", ["HTTP", "HTTPS"]);
  if (Protocol.toLowerCase() !== before.protocol) throw notSimulated("changes of a listener's protocol");
  if (!before.tls) {
    if (Certificates?.length || SslPolicy)
      throw validationError("An HTTP listener has no certificate and no SSL policy");
    return before;
  }
  const certificateArn = Certificates ? readCertificate(Certificates) : before.tls.certificateArn;
  return { ...before, tls: { certificateArn, policy: SslPolicy ? readPolicy(SslPolicy) : before.tls.policy } };
}

export const describeProtocol = ({ protocol, tls }: Spoken) =>
  tls
    ? { Protocol: "HTTPS" as const, Certificates: [{ CertificateArn: tls.certificateArn }], SslPolicy: tls.policy }
    : { Protocol: protocol.toUpperCase() as "HTTP" };

function readCertificate([certificate, ...more]: { CertificateArn?: string }[] = []): string {
  if (!certificate || more.length > 0) throw validationError("An HTTPS listener needs exactly one certificate");
  return assertPattern(certificate.CertificateArn ?? "", "certificates.1.member.certificateArn", CERTIFICATE);
}

function readPolicy(name: string): string {
  if (/^ELBSecurityPolicy-[\w-]+$/.test(name)) return name;
  throw awsError(SSLPolicyNotFoundException$, `SSL policy '${name}' not found`);
}
