/** Private CAs with their certificates. */
import { GetCertificateAuthorityCertificateCommand, paginateListCertificateAuthorities } from '@aws-sdk/client-acm-pca';
import { type Answers, collected } from './inventory-answers.ts';
import type { InventoryClients } from './inventory-clients.ts';

export const readPrivateCas = async (answers: Answers, clients: InventoryClients): Promise<void> => {
  const client = clients.privateCa();
  const pages = paginateListCertificateAuthorities({ client }, {});
  const CertificateAuthorities = await collected(pages, (page) => page.CertificateAuthorities);
  answers.add({ CertificateAuthorities });
  for (const { Arn = '', Status } of CertificateAuthorities) {
    if (Status !== 'ACTIVE' && Status !== 'DISABLED' && Status !== 'EXPIRED') continue;
    const own = await answers.attempt('GetCertificateAuthorityCertificate', Arn, () =>
      client.send(new GetCertificateAuthorityCertificateCommand({ CertificateAuthorityArn: Arn })),
    );
    if (own?.Certificate !== undefined) answers.add({ TrustStoreBundle: { Of: Arn, Pem: own.Certificate } });
  }
};
