const { Plugin } = require("@nocobase/server");
class PluginOrders extends Plugin {
  async load() {
    this.app.acl.allow("orders", "*", "public");
    this.app.acl.allow("app", "getInfo", "public");
    this.app.resourceManager.define({
      name: "app",
      actions: {
        async getInfo(ctx, next) {
          ctx.body = { database: { dialect: "postgres" }, version: await ctx.app.version.get(), name: ctx.app.name };
          await next();
        },
      },
    });
  }
  async install() {
    const repository = this.db.getRepository("orders");
    for (let i = 1; i <= 200; i += 1)
      await repository.create({ values: { customer: `customer ${i}`, amount: i + 0.5 } });
  }
}
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = PluginOrders;
