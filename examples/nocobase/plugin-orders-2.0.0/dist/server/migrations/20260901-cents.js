const { Migration } = require("@nocobase/server");
class Cents extends Migration {
  on = "afterSync";
  appVersion = "<2.0.0";
  async up() {
    const repository = this.db.getRepository("orders");
    for (const order of await repository.find({ sort: "id" })) {
      await repository.update({ filterByTk: order.id, values: { amount: order.amount * 100 } });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = Cents;
