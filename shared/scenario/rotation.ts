import { ATTEMPTS, type Scenario } from './scenario.ts';

export const rotation: Scenario<'rotation'> = {
  name: 'rotation',
  column: { head: 'rotat', meaning: 'the next version of a secret' },
  family: 'next-identity',
  suite: 'enforcement',
  always: false,
  needs: null,
  onRoutes: false,
  presents:
    'the next version of a control’s secret (AWSPENDING), and the one before (AWSPREVIOUS) for a day after it was replaced',
  expects: 'sound-rotation',
  citation: 'AWS Secrets Manager, rotation function steps: what is pending is tested before it becomes current',
  cases: ({ admits }, identities) =>
    admits
      .filter((identity) => identities[identity]?.source.kind === 'secret')
      .map((identity) => ({
        subject: identity,
        presented: { kind: 'identity', identity },
        detour: { kind: 'rotation' },
      })),
  add: null,
  onlyWhere: 'the secret has another version than the current one',
  fault: null,
  minted: false,
  mayMeetAnotherCertificate: false,
  comparedWithout: false,
  attempts: ATTEMPTS,
  acceptanceProves: null,
  cause: null,
  acceptance: null,
};
