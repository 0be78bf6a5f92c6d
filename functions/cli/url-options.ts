/** The options that stand in place of a registry beside the URL of one endpoint. */
import { type Command, Option } from 'commander';
import { TLS_VERSIONS } from '../../shared/model/names.ts';

export const addUrlOptions = (command: Command): Command =>
  command
    .option('--cert <file>', 'with a URL: the client certificate that must be accepted')
    .option('--key <file>', 'with a URL: its private key (default: in the file of the certificate)')
    .option('--ca <file>', 'with a URL: the CA of the server’s certificate (default: the public CAs)')
    .option('--server-name <host>', 'with a URL: SNI, and the name that the server’s certificate must carry')
    .addOption(
      new Option('--tls <version...>', 'with a URL: each scenario once per version (default: as negotiated)').choices(
        TLS_VERSIONS,
      ),
    );
