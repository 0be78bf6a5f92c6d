// Plain JavaScript: has to run on whatever Node the machine has, to say what is wrong with it.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `mtls-monitor needs Node 24 or newer; this is ${process.versions.node}. Run npm ci (it brings Node 24 where it can).\n`,
  );
  process.exit(1);
}
