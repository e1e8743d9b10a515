import { roundedTime, windowInWords } from "../../operations/forecast.ts";
import { inWords } from "../../targets/duration.ts";
import { type Check, fail, ok } from "./check.ts";

const HOUR_MS = 3_600_000;
/** A job that queued for a while is still meant for this night; one of yesterday is not. */
const MAY_HAVE_PASSED_MS = HOUR_MS;
/** The target is locked while an operation waits. */
const MAY_LIE_AHEAD_MS = 7 * 24 * HOUR_MS;

/** When the window may be. */
export const timeChecks: Check[] = [
  {
    name: "begins-when-asked",
    looked: ({ request }) =>
      request.notBefore ? `notBefore ${request.notBefore}` : "the request, which has no notBefore",
    expected: "a time to begin that is not over for more than an hour, and no more than 7 days away",
    find: ({ request, discovery }) => {
      if (!request.notBefore) return ok("begins at once");
      const aheadMs = Date.parse(request.notBefore) - Date.parse(discovery.forecast.at);
      if (aheadMs < -MAY_HAVE_PASSED_MS)
        return fail(`it was ${inWords(-aheadMs)} ago`, "Give a time to come, or leave notBefore out to begin at once");
      if (aheadMs > MAY_LIE_AHEAD_MS)
        return fail(
          `it is ${inWords(aheadMs)} away`,
          "Ask again within 7 days of it: the target is locked while it waits",
        );
      return ok(aheadMs > 0 ? `waits for ${inWords(aheadMs)}` : "begins at once");
    },
  },
  {
    name: "opens-in-time",
    looked: ({ request }) =>
      `the forecast of the window${request.mustOpenBy ? ` and mustOpenBy ${request.mustOpenBy}` : ""}`,
    expected: "the site open again by mustOpenBy, where the request has one",
    find: ({ request: { mustOpenBy }, discovery: { forecast } }) => {
      const found = `closed for ${windowInWords(forecast)}; open again at ${roundedTime(Date.parse(forecast.opensAt))}`;
      const lateMs = mustOpenBy === undefined ? 0 : Date.parse(forecast.opensAt) - Date.parse(mustOpenBy);
      return lateMs > 0
        ? fail(
            `${found}, ${inWords(lateMs)} too late`,
            "Begin earlier, give a later mustOpenBy, or shorten what takes longest",
          )
        : ok(found);
    },
  },
];
