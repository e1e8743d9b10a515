import type { HttpRequest, RequestSigner } from "@smithy/types";
import type { AccessKey } from "../../src/sandbox/cloud/credentials.ts";

const UNNAMED = "any";
const NOT_COMPUTED = "0".repeat(64);

/** In the place of a client's signer: it names the key as every signature does, and computes nothing. */
export function signedByNameOnly({ accessKeyId, sessionToken }: AccessKey): () => Promise<RequestSigner> {
  const signer: RequestSigner = {
    async sign(request, { signingDate = new Date(), signingRegion = UNNAMED, signingService = UNNAMED } = {}) {
      const date = new Date(signingDate).toISOString().replace(/[:-]|\.\d{3}/g, "");
      const scope = [accessKeyId, date.slice(0, 8), signingRegion, signingService, "aws4_request"].join("/");
      const headers: HttpRequest["headers"] = {
        ...request.headers,
        "x-amz-date": date,
        ...(sessionToken && { "x-amz-security-token": sessionToken }),
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${NOT_COMPUTED}`,
      };
      return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { headers });
    },
  };
  return async () => signer;
}
