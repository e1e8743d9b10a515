import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

/** Adds to a request what says who is asking. Called for each request: tokens and signatures live for minutes. */
export type Authenticate = (request: Request) => Promise<Request>;

/** For the github endpoint. `token` answers a token of the job for the API's audience, such as `core.getIDToken("intermission")`. */
export const withGithubToken =
  (token: () => Promise<string>): Authenticate =>
  async (request) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${await token()}`);
    return new Request(request, { headers });
  };

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** For the operator endpoint: AWS Signature Version 4. `credentials` may be a provider, such as `fromNodeProviderChain()`. */
export function withAwsSignature({
  region,
  credentials,
}: {
  region: string;
  credentials: Credentials | (() => Promise<Credentials>);
}): Authenticate {
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  return async (request) => {
    const url = new URL(request.url);
    const body = request.body ? await request.text() : undefined;
    const type = request.headers.get("content-type");
    const signed = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port && { port: Number(url.port) }),
      path: url.pathname,
      query: queryOf(url),
      headers: { host: url.host, ...(type && { "content-type": type }) },
      body,
    });
    const { host: _host, ...own } = signed.headers;
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    return new Request(request.url, { method: request.method, headers, body, signal: request.signal });
  };
}

/** A parameter that is given several times has several values. */
const queryOf = ({ searchParams }: URL): Record<string, string | string[]> =>
  Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
