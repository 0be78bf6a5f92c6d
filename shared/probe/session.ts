/**
 * TLS sessions as node:tls hands them out. It puts the server's name in front and offers the session under no other name, which is what a
 * scenario must do: a bare session is offered wherever the peer is not verified by the library.
 *
 * To change the name after tls.connect() instead ends the whole process (an assertion in C++), where the TCP connection stands already.
 */
const PREFIX = Buffer.from('\0nodejs:tls:session:1\0');

/** As older versions hand it out: nothing in front. */
export const bareSession = (session: Buffer): Buffer => {
  if (!session.subarray(0, PREFIX.length).equals(PREFIX) || session.length < PREFIX.length + 2) return session;
  return session.subarray(PREFIX.length + 2 + session.readUInt16BE(PREFIX.length));
};
