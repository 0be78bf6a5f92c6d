import { describe, expect, test } from 'vitest';
import { chatMessage } from '../../../shared/publish/chat.ts';
import { groupDue } from '../../../shared/publish/groups.ts';
import { composeMessage } from '../../../shared/publish/notification.ts';
import { at, NO_ORIGIN } from '../../helpers/transition.ts';

const chatOf = (message: string) => {
  const [group] = groupDue([{ key: 'a', transition: at('a', 'plaintext', { message }), claim: null }]);
  if (group === undefined) throw new Error('no group');
  return JSON.parse(chatMessage(composeMessage('id-1', group, NO_ORIGIN)));
};

describe('chatMessage', () => {
  test('is in the one form that AWS Chatbot shows', () => {
    expect(chatOf('a answered.')).toMatchObject({
      version: '1.0',
      source: 'custom',
      id: 'id-1',
      content: { textType: 'client-markdown', title: expect.stringContaining('a'), description: expect.any(String) },
      metadata: { eventType: 'regression' },
    });
  });

  test('mentions nobody, hides no link, and keeps to the lengths', () => {
    const { content } = chatOf(`<!channel> <https://evil.example|here> ${'x'.repeat(20_000)}`);

    expect(JSON.stringify(content)).not.toMatch(/[<>]/);
    expect(content.title.length).toBeLessThanOrEqual(250);
    expect(content.description.length).toBeLessThanOrEqual(8000);
  });
});

test('a message of an older version is shown, and is a thread of its own', () => {
  const old = {
    id: 'id-1',
    kind: 'regression',
    severity: 'critical',
    owner: 'a',
    title: 't',
    endpoints: ['e'],
    items: [],
  };
  const body = JSON.stringify({ default: JSON.stringify(old), email: 'text', sms: 'text' });
  expect(JSON.parse(chatMessage({ body }))).toMatchObject({ metadata: { threadId: 'id-1' }, content: { title: 't' } });
});
