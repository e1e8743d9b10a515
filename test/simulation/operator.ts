export const OPERATION = "op-20260115-020000-3f9a2c";
export const operator = {
  kind: "iam" as const,
  id: "arn:aws:iam::111122223333:role/operator",
  name: "operator/alice",
  details: {},
};
