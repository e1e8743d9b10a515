/** Where a request ended that got no answer: each has another remedy. */
export type UnreachedKind =
  | "no-such-name"
  | "no-connection"
  | "refused"
  | "untrusted-certificate"
  | "no-tls"
  | "cut-off"
  | "no-answer";

/** There was no answer. Says how far the request came, and why no further. */
export class Unreached extends Error {
  override readonly name = "Unreached";
  readonly kind: UnreachedKind;
  constructor(kind: UnreachedKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

type Failed = { code?: string; name?: string; message?: string };

/** Of an error of Node's DNS, TCP or TLS. `connected`: the connection stood when it came. */
export function unreachedBy(error: unknown, { connected = false } = {}): Unreached {
  if (error instanceof Unreached) return error;
  const { code = "", name = "", message = String(error) } = (error ?? {}) as Failed;
  const because = (kind: UnreachedKind, words: string) => new Unreached(kind, words, { cause: error });
  if (UNTRUSTED.test(code)) return because("untrusted-certificate", `a certificate that is not trusted: ${message}`);
  if (NO_TLS.test(code)) return because("no-tls", `no TLS connection: ${inTlsWords(message)}`);
  if (NO_NAME.test(code)) return because("no-such-name", `no address: ${message}`);
  if (code === "ECONNREFUSED") return because("refused", `connection refused: ${message}`);
  if (NO_WAY.test(code) || (TIMED_OUT.test(code || name) && !connected))
    return because("no-connection", "no connection within the time that an answer may take");
  if (TIMED_OUT.test(code || name)) return because("no-answer", "connected, but no answer within the time it may take");
  return because("cut-off", message);
}

const UNTRUSTED = /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/;
const NO_TLS = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;
const NO_NAME = /^(ENOTFOUND|ENODATA|ENONAME|EAI_|ESERVFAIL|EREFUSED|EBADNAME|ETIMEOUT|ECANCELLED)/;
const NO_WAY = /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN)$/;
/** DNS says ETIMEOUT, TCP says ETIMEDOUT, and an AbortSignal throws a TimeoutError (whose code is a number of the DOM's). */
const TIMED_OUT = /^(ETIMEDOUT|TimeoutError|23|ABORT_ERR)$/;

/** OpenSSL's reason out of a line with addresses, source files and line numbers. */
const inTlsWords = (message: string): string => /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message;
