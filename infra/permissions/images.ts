import type { Grant } from "./grant.ts";
import { all, type Names } from "./names.ts";

/** Only where the images come from ECR: other registries are asked without AWS. */
export const images = (names: Names): Grant[] => [
  {
    sid: "ResolveImages",
    why: "The digest that a tag stands for now",
    actions: ["ecr:DescribeImages"],
    resources: all(names, ({ repositories }) => repositories),
  },
];
