import { expect, it } from "vitest";
import { nameOf, PATIENT, synthesised } from "./synthesised.ts";

it(
  "gives everything the logical id that it had: with another one CloudFormation makes a new thing and deletes the old",
  PATIENT,
  async () => {
    const { resources } = await synthesised();
    // A version's id holds what it is a version of, and a policy's what it says: those are meant to change.
    const ids = resources.map(({ id, Type }) => [CHANGING.has(Type) ? `${withoutContent(id)}…` : id, Type].join(" "));
    await expect(`${ids.sort().join("\n")}\n`).toMatchFileSnapshot("golden/logical-ids.txt");
  },
);

const CHANGING = new Set(["AWS::Lambda::Version", "AWS::IAM::ManagedPolicy"]);
const withoutContent = (id: string): string => nameOf(id).replace(/[0-9a-f]{8}$/, "");
