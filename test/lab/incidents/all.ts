/** Every staged incident, in the order of the page. */
import { configurationStories } from './stories-configuration.ts';
import { dateStories } from './stories-dates.ts';
import { issuerStories } from './stories-issuers.ts';
import { moreStories } from './stories-more.ts';
import { openStories } from './stories-open.ts';
import { registryStories } from './stories-registry.ts';
import type { Story } from './story.ts';

export const STORIES: readonly Story[] = [
  ...openStories,
  ...moreStories,
  ...issuerStories,
  ...registryStories,
  ...dateStories,
  ...configurationStories,
];
