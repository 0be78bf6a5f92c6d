/**
 * AWS: what `aws … describe-*`, `get-*` and `list-*` print as JSON, and what the inventory function reads by the same operations. One record for each
 * service; a document belongs to every service that knows its keys.
 */
import type { DataDocument, SourceDocument } from '../document.ts';
import { DamagedField } from '../field.ts';
import type { Reader, ReaderContext, ReaderResult } from '../reader.ts';
import { apiGateway } from './aws/api-gateway-domains.ts';
import { appMesh } from './aws/app-mesh.ts';
import { type Bundles, bundlesIn, isBundle, isPem } from './aws/aws-bundles.ts';
import { has, listIn } from './aws/aws-fields.ts';
import { type AwsService, NOTHING } from './aws/aws-service.ts';
import { cloudFront } from './aws/cloudfront-distributions.ts';
import { serviceConnect } from './aws/ecs-service-connect.ts';
import { loadBalancers } from './aws/elb-listeners.ts';
import { iotCore } from './aws/iot-certificates.ts';
import { vpcLattice } from './aws/lattice-listeners.ts';
import { msk } from './aws/msk-clusters.ts';
import { privateCas } from './aws/private-authorities.ts';

const SERVICES: readonly AwsService[] = [
  loadBalancers,
  apiGateway,
  cloudFront,
  msk,
  iotCore,
  vpcLattice,
  serviceConnect,
  appMesh,
  privateCas,
];

const [FIRST, ...MORE] = SERVICES.flatMap(({ exports }) => exports);

export const aws: Reader = {
  name: 'aws',
  title: 'AWS',
  exports: [FIRST ?? '', ...MORE],
  isText: isPem,
  recognises: (document) => (document.kind === 'text' ? isPem(document.text) : isAnswer(document)),
  onlyHelps: (document) => document.kind === 'text' || isBundle(document.root),
  read: (documents, context) => {
    const { bundles, problems } = bundlesIn(documents);
    const answers = documents.filter(isData);
    const results = SERVICES.map((service) => readBy(service, answers, context, bundles));
    return {
      claims: results.flatMap(({ claims }) => claims),
      certificates: results.flatMap(({ certificates }) => certificates),
      problems: [...problems, ...results.flatMap((each) => each.problems)],
    };
  },
};

const isData = (document: SourceDocument): document is DataDocument => document.kind === 'data';

const readBy = (
  service: AwsService,
  answers: readonly DataDocument[],
  context: ReaderContext,
  bundles: Bundles,
): ReaderResult => {
  try {
    return service.read(answers.map(({ root }) => root).filter(service.knows), context, bundles);
  } catch (error) {
    // Something that all objects of the service need: what is damaged in one of them is caught where it is read.
    if (!(error instanceof DamagedField)) throw error;
    return { ...NOTHING, problems: [{ at: error.at, path: error.path, message: error.message }] };
  }
};

/** An answer with nothing in it (`{"Listeners": []}`) is known, too. */
const isAnswer = ({ object, root }: DataDocument): boolean =>
  object === null && (isBundle(root) || isEmptyAnswer(root) || SERVICES.some(({ knows }) => knows(root)));

const LISTS = ['Listeners', 'LoadBalancers', 'items', 'Items', 'certificates', 'services', 'Versions'] as const;
const isEmptyAnswer = (root: DataDocument['root']): boolean =>
  LISTS.some((name) => has(root, name) && root.get(name).kind === 'list' && listIn(root, name).length === 0);
