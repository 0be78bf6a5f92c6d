import type { AnnouncePorts } from '../../shared/pipeline/announce/announce.ts';

/** Ports of a process that dies at its n-th call, before the call acts or just after. */
export const dying = (ports: AnnouncePorts, { at, acts }: { at: number; acts: boolean }): AnnouncePorts => {
  let calls = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls > at || (calls === at && !acts)) throw new Error('dead');
    const result = await work();
    if (calls >= at) throw new Error('dies');
    return result;
  };
  const { store, messages, publish } = ports;
  return {
    ...ports,
    store: {
      read: (key) => call(() => store.read(key)),
      write: (item, expected) => call(() => store.write(item, expected)),
      withDue: () => call(() => store.withDue()),
      withOpen: () => store.withOpen(),
    },
    messages: {
      create: (message, until) => call(() => messages.create(message, until)),
      lease: (id, now, until) => call(() => messages.lease(id, now, until)),
      remove: (id) => call(() => messages.remove(id)),
      pending: () => call(() => messages.pending()),
    },
    publish: (message) => call(() => publish(message)),
  };
};
