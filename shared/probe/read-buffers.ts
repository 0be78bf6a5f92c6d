/** Memory that connections are read into: lent to one connection at a time, and used again. */

/** As long as the longest TLS record. */
const LENGTH = 16_640;
const free: Buffer[] = [];

/** As many buffers stay in memory as connections were open at once. Give it back when the connection is closed, not before. */
export const lend = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(LENGTH);

export const giveBack = (buffer: Buffer): void => void free.push(buffer);
