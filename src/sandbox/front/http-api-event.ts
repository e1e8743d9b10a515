/** A request as it reached an HTTP API: nothing decoded, header names in lower case, duplicates joined by commas. */
export type HttpApiRequest = {
  method: string;
  /** As sent: still percent-encoded. */
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
  remoteAddress: string;
  protocol: string;
};

/** Who signed the request, as an AWS_IAM route tells its function. */
export type IamCaller = {
  accessKey: string;
  accountId: string;
  callerId: string;
  userArn: string;
  userId: string;
};
/** What a JWT authorizer tells: the claims as text, and the scopes of the route. */
export type JwtCaller = { claims: Record<string, string>; scopes: null };
/** What the route's authorizer found out, if it has one. */
export type RouteCaller = { iam: IamCaller } | { jwt: JwtCaller };

/** Payload format 2.0. Members without a value are absent, as they are from API Gateway. */
export type HttpApiEvent = {
  version: "2.0";
  routeKey: string;
  rawPath: string;
  rawQueryString: string;
  cookies?: string[];
  headers: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: {
    accountId: string;
    apiId: string;
    authorizer?: { iam: IamCaller & { principalOrgId: string | null; cognitoIdentity: null } } | { jwt: JwtCaller };
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    routeKey: string;
    stage: "$default";
    time: string;
    timeEpoch: number;
  };
  body?: string;
  isBase64Encoded: boolean;
};

type Context = {
  accountId: string;
  apiId: string;
  requestId: string;
  traceId: string;
  nowMs: number;
  port: number;
  routeKey: string;
  caller?: RouteCaller;
};

const HOP_BY_HOP = new Set(["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"]);

/**
 * Two things surprise whoever reads only the documentation, both observed on real HTTP APIs: `rawPath` arrives percent-decoded while
 * `rawQueryString` does not, and every body but text, JSON, XML and JavaScript arrives in base64, form posts and problem details included.
 */
export function httpApiEvent(request: HttpApiRequest, context: Context): HttpApiEvent {
  const { cookie, ...rest } = request.headers;
  const headers = Object.fromEntries(Object.entries(rest).filter(([name]) => !HOP_BY_HOP.has(name)));
  const path = decodePath(request.path);
  const host = headers.host ?? "";
  const queryStringParameters = joinedByCommas(request.query);
  const isBase64Encoded = request.body.length > 0 && !isText(headers["content-type"]);
  return {
    version: "2.0",
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter(Boolean) }),
    headers: {
      ...headers,
      "content-length": String(request.body.length),
      "x-amzn-trace-id": headers["x-amzn-trace-id"] ?? context.traceId,
      "x-forwarded-for": [headers["x-forwarded-for"], request.remoteAddress].filter(Boolean).join(", "),
      "x-forwarded-port": String(context.port),
      "x-forwarded-proto": "http",
    },
    ...(Object.keys(queryStringParameters).length > 0 && { queryStringParameters }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(context.caller && { authorizer: authorizerOf(context.caller) }),
      domainName: host,
      domainPrefix: host.split(".")[0] ?? "",
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.remoteAddress,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: "$default",
      time: commonLogTime(context.nowMs),
      timeEpoch: context.nowMs,
    },
    ...(request.body.length > 0 && {
      body: Buffer.from(request.body).toString(isBase64Encoded ? "base64" : "utf8"),
    }),
    isBase64Encoded,
  };
}

const authorizerOf = (caller: RouteCaller): HttpApiEvent["requestContext"]["authorizer"] =>
  "iam" in caller ? { iam: { ...caller.iam, principalOrgId: null, cognitoIdentity: null } } : caller;

const isText = (contentType = ""): boolean =>
  /^(text\/[^;]+|application\/(json|xml|javascript))\s*(;|$)/i.test(contentType.trim());

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function joinedByCommas(query: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query))
    values[name] = name in values ? `${values[name]},${value}` : value;
  return { ...values };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 12/Mar/2026:19:03:58 +0000 */
function commonLogTime(ms: number): string {
  const [, year, month, day, time] = /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(ms).toISOString())!;
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}
