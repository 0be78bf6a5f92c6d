/**
 * `node test/bench/memory.ts [closed] [COUNT…] [--OPTION…]`: peak memory, wall time and CPU of `mtls-monitor check` at fleets of several sizes. `closed`:
 * no port is open. Options go to `check`. `PROGRAM` in the environment: another build's bin/mtls-monitor.mjs.
 */
import { startFleet } from './memory-fleet.ts';

const given = process.argv.slice(2);
const closed = given.includes('closed');
const sizes = given.map(Number).filter((each) => each > 0);
const options = given.filter((each) => each !== 'closed' && !(Number(each) > 0));
const counts = sizes.length === 0 ? [300, 1_000, 3_000, 10_000] : sizes;

const fleet = await startFleet(closed ? null : Math.max(...counts));
try {
  console.log(`Node ${process.version}, check ${options.join(' ')}${closed ? ', all ports closed' : ''}`);
  for (const count of counts) {
    const { peak, wall, cpu, exitCode } = await fleet.check(count, ...options);
    console.log(
      `${count}\t${peak.toFixed(0)} MiB\t${wall.toFixed(0)} s wall\t${cpu.toFixed(0)} s CPU\texit ${exitCode}`,
    );
  }
} finally {
  fleet.stop();
}
