import { asAssumed, differs, lookUntil, type Measurement, notMeasured } from "./measurement.ts";
import { type Answer, answerWith, askAt, ruleLab } from "./rule-lab.ts";

const STRICT = /^(content-security-policy(-report-only)?|x-frame-options)$/;

/** What the page is served with besides itself. */
export const fixedResponseHeaders: Measurement = {
  name: "fixed-response-headers",
  asks: "Which headers does a fixed response carry: those that the listener's attributes add, such as a content security policy?",
  assumes: "none that keeps the page's own style from being shown",
  does: "makes a rule for a path that nobody asks for, which answers 503, and reads its headers",
  disturbs: "nobody",
  async run(lab) {
    const at = await ruleLab(lab, 1);
    if (typeof at === "string") return notMeasured(at);
    const body = `confirm ${lab.run} headers`;
    await answerWith(lab, at, { priority: at.priorities[0]!, body, status: 503 });
    const [address] = at.addresses;
    if (address === undefined) return notMeasured("the load balancer's name has no address");
    const answer = await lookUntil(lab, { everyMs: 200, withinMs: 120_000 }, async (): Promise<Answer | undefined> => {
      const said = await askAt(lab, at, address);
      return said?.body === body ? said : undefined;
    });
    if (!answer) return notMeasured(`${address} never answered with the rule within two minutes`);
    const names = Object.keys(answer.headers).map((name) => name.toLowerCase());
    const measured = [{ what: "headers", seen: names.join(", ") || "none" }];
    const strict = names.filter((name) => STRICT.test(name));
    const rules = strict.map((name) => `${name}: ${answer.headers[name] ?? ""}`).join("; ");
    return strict.length
      ? differs(`Look at the page in a browser while it is up: ${rules} comes from the listener's attributes`, measured)
      : asAssumed(measured);
  },
};
