const { Plugin } = require("@nocobase/server");
class PluginOrders extends Plugin {
  async load() {
    this.app.acl.allow("orders", "*", "public");
  }
}
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = PluginOrders;
