import { describe, expect, test } from 'vitest';
import { DeploymentError } from '../../infra/deployment-error.ts';
import { REGISTRY, registryFile } from './support/registry.ts';
import { permissions, properties, statementsOf, synth } from './support/synth.ts';

const CA = 'arn:aws:acm-pca:eu-west-1:111111111111:certificate-authority/0000';
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/0000';
const text = REGISTRY.replace(
  'endpoints:',
  '  expired: { secret: monitor/identity/expired, fault: expired, like: checkout }\nendpoints:',
);
const names = (of: ReturnType<typeof synth>) =>
  properties(of, 'AWS::Lambda::Function').filter((each) => JSON.stringify(each).includes('KEPT'));

describe('the custodian', () => {
  test('is not there where no CA is named', () => {
    const off = synth({ registry: registryFile(text) });
    expect(names(off)).toEqual([]);
    expect(permissions(off, 'MonitorCustodianRole')).toEqual([]);
    expect(JSON.stringify(off.toJSON())).not.toContain('acm-pca');
  });

  test('may do exactly this', () => {
    const on = synth({ registry: registryFile(text), custodian: [CA], secretKeys: [KEY] });
    const own = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:monitor/identity';
    expect(names(on)).toHaveLength(1);
    expect(permissions(on, 'MonitorCustodianRole').filter((each) => !each.startsWith('logs:'))).toEqual([
      `acm-pca:DescribeCertificateAuthority ${CA}`,
      `acm-pca:GetCertificate ${CA}`,
      `acm-pca:GetCertificateAuthorityCertificate ${CA}`,
      `acm-pca:IssueCertificate ${CA}`,
      `acm-pca:RevokeCertificate ${CA}`,
      `kms:Decrypt ${KEY}`,
      `kms:GenerateDataKey ${KEY}`,
      `secretsmanager:GetSecretValue ${own}/checkout-??????`,
      `secretsmanager:GetSecretValue ${own}/expired-??????`,
      `secretsmanager:PutSecretValue ${own}/expired-??????`,
      `secretsmanager:UpdateSecretVersionStage ${own}/expired-??????`,
    ]);
  });

  test('issues with the templates of its identities only: none that makes a CA', () => {
    const usage = text.replace(
      'endpoints:',
      '  server: { secret: monitor/identity/server, fault: wrong-usage, like: checkout }\nendpoints:',
    );
    const conditions = (registry: string) =>
      statementsOf(synth({ registry: registryFile(registry), custodian: [CA] }), 'MonitorCustodianRole')
        .filter(({ actions }) => actions.includes('acm-pca:IssueCertificate'))
        .map((each) => [each.actions, each.conditions]);
    const template = (name: string) => `arn:aws:acm-pca:::template/${name}/V1`;
    const only = (TemplateArn: unknown) => [
      [['acm-pca:IssueCertificate'], { StringEquals: { 'acm-pca:TemplateArn': TemplateArn } }],
    ];
    const client = template('EndEntityClientAuthCertificate');

    expect(conditions(text)).toEqual(only([client]));
    expect(conditions(usage)).toEqual(only([client, template('EndEntityServerAuthCertificate')]));
  });

  test('with one that it cannot keep is refused, and says which', () => {
    const locked = `${text.replace('endpoints:', '  locked: { secret: monitor/identity/locked, passphrase: { secret: monitor/passphrase } }\n  old: { secret: monitor/identity/old, fault: expired, like: locked }\nendpoints:')}`;
    expect(() => synth({ registry: registryFile(locked), custodian: [CA] })).toThrow(/cannot keep identities\.old/);
  });

  test('with nothing to keep is refused', () => {
    expect(() => synth({ custodian: [CA] })).toThrow(DeploymentError);
  });
});
