import type { StandingItem } from '../../shared/model/endpoint-standing.ts';
import { isOpen } from '../../shared/model/open-state.ts';
import type { StateItem } from '../../shared/model/state.ts';
import type { Instant } from '../../shared/model/time.ts';
import type {
  MessageStore,
  OutgoingMessage,
  StandingStore,
  StateStore,
  Versioned,
} from '../../shared/pipeline/ports.ts';

/** Copies in and out, as a real store does: nobody changes what is stored by holding on to it. */
const copy = <T>(value: T): T => structuredClone(value);

const versioned = <Item extends { readonly key: string }>() => {
  const items = new Map<string, Versioned<Item>>();
  return {
    items,
    read: async (key: string) => copy(items.get(key) ?? null),
    write: async (item: Item, expected: number) => {
      if ((items.get(item.key)?.version ?? 0) !== expected) return false;
      items.set(item.key, { value: copy(item), version: expected + 1 });
      return true;
    },
  };
};

export const memoryStateStore = (): StateStore & { readonly items: Map<string, Versioned<StateItem>> } => {
  const store = versioned<StateItem>();
  return {
    ...store,
    withDue: async () => [...store.items.values()].flatMap(({ value }) => (value.due.length > 0 ? [value.key] : [])),
    withOpen: async () => [...store.items.values()].flatMap(({ value }) => (isOpen(value) ? [value.key] : [])),
  };
};

export const memoryStandingStore = (): StandingStore & { readonly items: Map<string, Versioned<StandingItem>> } =>
  versioned<StandingItem>();

/** A removed message leaves its id behind. */
export const memoryMessageStore = (): MessageStore & {
  readonly messages: Map<string, { readonly message: OutgoingMessage; leased: Instant } | null>;
} => {
  const messages = new Map<string, { readonly message: OutgoingMessage; leased: Instant } | null>();
  return {
    messages,
    create: async (message, until) => {
      if (messages.has(message.id)) return false;
      messages.set(message.id, { message: copy(message), leased: until });
      return true;
    },
    lease: async (id, now, until) => {
      const found = messages.get(id) ?? null;
      if (found === null || found.leased > now) return false;
      found.leased = until;
      return true;
    },
    remove: async (id) => {
      messages.set(id, null);
    },
    pending: async () => [...messages.values()].flatMap((found) => (found === null ? [] : [copy(found.message)])),
  };
};
