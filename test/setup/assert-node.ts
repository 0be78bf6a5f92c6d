// The install brings Node 24 as an optional dependency; without it npm falls back to the machine's own in silence.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) throw new Error(`Tests need Node 24 or newer, this is ${process.versions.node}: run npm ci first.`);
