/** Converts a notification into a custom notification of AWS Chatbot, which ignores any other form. */
import { z } from 'zod';

/** Amazon Q Developer in chat applications, "Custom notifications": title 250, description 8,000 characters. */
const MAX_TITLE = 250;
const MAX_DESCRIPTION = 8_000;

/** What chat shows of a notification. A message that an older or a newer version left has other fields beside them. */
const shown = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  owner: z.string(),
  title: z.string(),
  endpoints: z.array(z.string()),
  incident: z.object({ key: z.string() }).nullish(),
});

/** `body` is the `MessageStructure: json` text of the SNS message. Text that an endpoint sent can neither mention people nor hide a link. */
export const chatMessage = ({ body }: { readonly body: string }): string => {
  const { default: document, email } = JSON.parse(body) as Readonly<Record<'default' | 'email', string>>;
  const { id, kind, severity, owner, title, endpoints, incident } = shown.parse(JSON.parse(document));
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: harmless(title, MAX_TITLE),
      description: harmless(email, MAX_DESCRIPTION),
      keywords: [kind, severity, owner].map((word) => harmless(word, 100)),
    },
    metadata: { threadId: incident?.key ?? id, eventType: kind, relatedResources: endpoints.slice(0, 20) },
  });
};

/** Escapes markup: Slack interprets `<!channel>` and `<url|text>`, Teams interprets HTML. */
const harmless = (text: string, most: number): string => {
  const plain = text.replaceAll('<', '‹').replaceAll('>', '›');
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
};
