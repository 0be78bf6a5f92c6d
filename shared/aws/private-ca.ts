/** AWS Private CA for the custodian: describes its CAs, issues and revokes certificates. */
import {
  ACMPCAClient,
  DescribeCertificateAuthorityCommand,
  GetCertificateAuthorityCertificateCommand,
  GetCertificateCommand,
  IssueCertificateCommand,
  RevokeCertificateCommand,
  waitUntilCertificateIssued,
} from '@aws-sdk/client-acm-pca';
import { ShowableError } from '../model/showable-error.ts';
import type { CertificateOrder, CustodianPorts } from '../pipeline/ports.ts';

export const privateCaClient = (): ACMPCAClient => new ACMPCAClient({ maxAttempts: 5, retryMode: 'adaptive' });

type Ca = Pick<CustodianPorts, 'authorities' | 'issue' | 'revoke'>;

/** Seconds to wait for an issued certificate. ACM-PCA usually takes a few. */
const WAIT = 60;

export const privateCas = (client: ACMPCAClient, arns: readonly string[]): Ca => ({
  authorities: () =>
    Promise.all(arns.map((arn) => withSafeReason(`DescribeCertificateAuthority ${arn}`, authority(client, arn)))),
  issue: (order) => withSafeReason(`IssueCertificate ${order.ca}`, issue(client, order)),
  revoke: (CertificateAuthorityArn, CertificateSerial) =>
    withSafeReason(
      `RevokeCertificate ${CertificateAuthorityArn}`,
      client
        .send(
          new RevokeCertificateCommand({ CertificateAuthorityArn, CertificateSerial, RevocationReason: 'UNSPECIFIED' }),
        )
        .then(
          () => {},
          (error: unknown) =>
            errorName(error) === 'RequestAlreadyProcessedException' ? undefined : Promise.reject(error),
        ),
    ),
});

const authority = async (client: ACMPCAClient, arn: string) => {
  const of = { CertificateAuthorityArn: arn };
  const { CertificateAuthority } = await client.send(new DescribeCertificateAuthorityCommand(of));
  const { Certificate: certificatePem = '' } = await client.send(new GetCertificateAuthorityCertificateCommand(of));
  const { CrlConfiguration, OcspConfiguration } = CertificateAuthority?.RevocationConfiguration ?? {};
  return {
    arn,
    certificatePem,
    shortLived: CertificateAuthority?.UsageMode === 'SHORT_LIVED_CERTIFICATE',
    revokes: CrlConfiguration?.Enabled === true || OcspConfiguration?.Enabled === true,
  };
};

/** API_IssueCertificate: ABSOLUTE is in seconds since 1970. */
const absolute = (instant: number) => ({ Type: 'ABSOLUTE', Value: Math.floor(instant / 1000) }) as const;

const issue = async (client: ACMPCAClient, order: CertificateOrder) => {
  const of = { CertificateAuthorityArn: order.ca };
  const { CertificateArn: arn = '' } = await client.send(
    new IssueCertificateCommand({
      ...of,
      Csr: Buffer.from(order.request),
      SigningAlgorithm: order.algorithm,
      TemplateArn: order.template,
      Validity: absolute(order.notAfter),
      ...(order.notBefore === null ? {} : { ValidityNotBefore: absolute(order.notBefore) }),
    }),
  );
  const certificateOf = { ...of, CertificateArn: arn };
  await waitUntilCertificateIssued({ client, maxWaitTime: WAIT, minDelay: 1, maxDelay: 3 }, certificateOf);
  const { Certificate: certificate = '', CertificateChain: chain = '' } = await client.send(
    new GetCertificateCommand(certificateOf),
  );
  return { arn, certificate, chain };
};

const errorName = (error: unknown): string => (error instanceof Error ? error.name.replaceAll(/[^\w]/g, '') : '');

/** Rejects with a `ShowableError` that holds the call and the error's name only, never AWS's own message. */
const withSafeReason = <T>(call: string, answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) =>
    Promise.reject(new ShowableError(`AWS Private CA refused ${call}: ${errorName(error)}`)),
  );
