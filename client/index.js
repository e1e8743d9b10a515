// src/client/index.ts
import { hc } from "hono/client";

// src/client/problem.ts
var IntermissionError = class extends Error {
  name = "IntermissionError";
  status;
  problem;
  constructor(status, problem, text) {
    super(
      problem ? `${problem.code}: ${problem.detail} ${problem.fix}` : `expected an answer of the API, found ${status}: ${text.slice(0, 200)}`
    );
    this.status = status;
    this.problem = problem;
  }
};
async function refusalOf(response) {
  const text = await response.text();
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  return new IntermissionError(response.status, isProblem ? JSON.parse(text) : void 0, text);
}

// src/client/authentication.ts
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
var withGithubToken = (token) => async (request) => {
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${await token()}`);
  return new Request(request, { headers });
};
function withAwsSignature({
  region,
  credentials
}) {
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  return async (request) => {
    const url = new URL(request.url);
    const body = request.body ? await request.text() : void 0;
    const type = request.headers.get("content-type");
    const signed = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...url.port && { port: Number(url.port) },
      path: url.pathname,
      query: queryOf(url),
      headers: { host: url.host, ...type && { "content-type": type } },
      body
    });
    const { host: _host, ...own } = signed.headers;
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    return new Request(request.url, { method: request.method, headers, body, signal: request.signal });
  };
}
var queryOf = ({ searchParams }) => Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));

// src/client/index.ts
var createClient = ({ url, authenticate, fetch = globalThis.fetch }) => hc(url, {
  fetch: async (input, init) => {
    const response = await fetch(await authenticate(new Request(input, init)));
    if (response.ok || response.status === 304) return response;
    throw await refusalOf(response);
  }
});
export {
  IntermissionError,
  createClient,
  withAwsSignature,
  withGithubToken
};
