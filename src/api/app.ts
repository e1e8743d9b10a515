import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { audit } from "./audit.ts";
import { authenticate } from "./auth/authenticate.ts";
import { findOperation, findTarget } from "./auth/demand.ts";
import type { ApiEnv, Dependencies } from "./dependencies.ts";
import { documentOf } from "./document.ts";
import { answerErrors, answerUnknownRoutes } from "./errors.ts";
import { livePageScript, livePageStyle, sealLivePages } from "./live/asset-routes.ts";
import { createLookout } from "./live/look.ts";
import { showLivePage, showLiveState } from "./live/routes.ts";
import { ProblemError } from "./problem.ts";
import { breakGlass } from "./routes/break-glass.ts";
import { bypass } from "./routes/bypass.ts";
import { decide } from "./routes/decide.ts";
import { docs } from "./routes/docs.ts";
import { doctor } from "./routes/doctor.ts";
import { getEvents } from "./routes/get-events.ts";
import { getOperation } from "./routes/get-operation.ts";
import { getReceipt } from "./routes/get-receipt.ts";
import { getTarget } from "./routes/get-target.ts";
import { health } from "./routes/health.ts";
import { home } from "./routes/home.ts";
import { listOperations } from "./routes/list-operations.ts";
import { listTargets } from "./routes/list-targets.ts";
import { openapi } from "./routes/openapi.ts";
import { plan } from "./routes/plan.ts";
import { restore } from "./routes/restore.ts";
import { startOperation } from "./routes/start-operation.ts";

const LARGEST_BODY_BYTES = 64 * 1_024;

/** The API, with all that it touches of the world given to it. Who asks is found out first, whether they may next, what they ask last. */
export function createApp(deps: Dependencies) {
  const app = new OpenAPIHono<ApiEnv>();
  app.use(async function nameRequest(c, next) {
    c.set("requestId", requestIdOf(c.env?.requestContext) ?? deps.ids.hex(16));
    await next();
    c.header("x-request-id", c.get("requestId"));
  });
  app.use(secureHeaders());
  app.use(audit(deps));
  app.use("/v1/*", async function keepPrivate(c, next) {
    await next();
    c.header("cache-control", c.get("handsOutSecret") ? "no-store" : "private, no-cache");
  });
  app.use("/v1/*", authenticate(deps));
  app.use("/v1/targets/:target/*", findTarget(deps));
  app.use("/v1/operations/:id/*", findOperation(deps));
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: LARGEST_BODY_BYTES,
      onError: () => {
        throw new ProblemError("body-too-large", `The body has more than ${LARGEST_BODY_BYTES} bytes.`);
      },
    }),
  );
  app.use("/live/*", sealLivePages());
  app.onError(answerErrors(deps));
  app.notFound(answerUnknownRoutes(() => app.routes));
  const lookAt = createLookout(deps);
  const document = () => documentOf(app, deps.version);

  return app.openapiRoutes([
    listTargets(deps),
    getTarget(deps),
    plan(deps),
    doctor(deps),
    startOperation(deps),
    listOperations(deps),
    getOperation(deps),
    getEvents(deps),
    decide(deps),
    restore(deps),
    breakGlass(deps),
    bypass(deps),
    getReceipt(deps),
    livePageScript(),
    livePageStyle(),
    showLivePage(deps, lookAt),
    showLiveState(deps, lookAt),
    health(deps),
    openapi(document),
    docs(document),
    home(),
  ] as const);
}

/** For the typed client. */
export type AppType = ReturnType<typeof createApp>;

/** The id that API Gateway gave the request and logs it under. */
function requestIdOf(requestContext: unknown): string | undefined {
  if (typeof requestContext !== "object" || requestContext === null || !("requestId" in requestContext))
    return undefined;
  const { requestId } = requestContext;
  // What no header can carry is none of API Gateway's.
  return typeof requestId === "string" && /^[!-~]{1,128}$/.test(requestId) ? requestId : undefined;
}
