/** Every service of the lab starts in each of its modes, on loopback, and is gone when it is stopped. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PkiOnDisk, pkiOnDisk } from '../helpers/pki.ts';
import { HOST } from './servers/lab-server.ts';
import { SERVICES } from './servers/services.ts';

const services = await Promise.all(SERVICES.map(async (program) => ({ program, version: await program.version() })));

let lab: PkiOnDisk;
beforeAll(async () => {
  lab = await pkiOnDisk();
});
afterAll(() => lab.remove());

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

describe.each(services)('$program.name', ({ program, version }) => {
  test.skipIf(version === null && process.env['CI'] !== 'true')(`is installed (${version ?? 'it is not'})`, () => {
    expect(version).not.toBeNull();
  });
  if (version === null) return;

  test.each(program.modes)('$name starts and stops', async ({ name }) => {
    const { port, stop } = await program.start(name, lab.files);
    expect(await accepts(port)).toBe(true);
    await stop();
    expect(await accepts(port)).toBe(false);
  });
});
