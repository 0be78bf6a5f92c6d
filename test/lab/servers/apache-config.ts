/** Where Apache httpd is on this machine, and what all of its configurations here begin with. */
import { existsSync } from 'node:fs';
import { HOST } from './lab-server.ts';

/** Where Debian and Fedora keep modules; a program does not say. */
export const APACHE_MODULES = ['/usr/lib/apache2/modules', '/usr/lib64/httpd/modules'].find(existsSync);
export const APACHE = APACHE_MODULES?.includes('httpd') ? 'httpd' : 'apache2';

type Place = {
  readonly port: number;
  readonly directory: string;
  /** Where its modules are; default: this machine's. */
  readonly modules?: string | undefined;
};

/** It wants to serve as somebody who cannot read the files of this test: answers are in the configuration. */
export const apacheMain = (
  { port, directory, modules = APACHE_MODULES }: Place,
  loaded: readonly string[],
): string => `\
ServerRoot ${directory}
DefaultRuntimeDir ${directory}
PidFile ${directory}/apache.pid
ErrorLog ${directory}/error.log
Mutex file:${directory}
ServerName localhost
User #65534
Group #65534
Listen ${HOST}:${port}
StartServers 1
ServerLimit 1
MinSpareThreads 1
${loaded.map((each) => `LoadModule ${each}_module ${modules}/mod_${each}.so`).join('\n')}
SSLSessionCache shmcb:${directory}/sessions(64000)
SSLProtocol -all +TLSv1.2 +TLSv1.3`;
