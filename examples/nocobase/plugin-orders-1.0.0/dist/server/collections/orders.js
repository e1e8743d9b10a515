Object.defineProperty(exports, "__esModule", { value: true });
exports.default = {
  name: "orders",
  fields: [
    { type: "string", name: "customer" },
    { type: "float", name: "amount" },
  ],
};
