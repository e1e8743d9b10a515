import { expect, it } from "vitest";
import { nameOf, synthesised } from "./synthesised.ts";

it("gives everything the logical id that it had: with another one CloudFormation makes a new thing and deletes the old", async () => {
  const { resources } = await synthesised();
  // A version's id holds what it is a version of; that one is meant to change.
  const ids = resources.map(({ id, Type }) =>
    [Type === "AWS::Lambda::Version" ? `${nameOf(id)}…` : id, Type].join(" "),
  );
  await expect(`${ids.sort().join("\n")}\n`).toMatchFileSnapshot("golden/logical-ids.txt");
});
