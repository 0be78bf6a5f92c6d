import type fc from 'fast-check';
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

/** Ports whose calls wait for their turn. */
export const slowly = (ports: AnnouncePorts, scheduler: fc.Scheduler): AnnouncePorts => {
  const turn = <T>(work: () => Promise<T>) => scheduler.schedule(Promise.resolve()).then(work);
  const { store, messages, publish } = ports;
  return {
    ...ports,
    store: {
      read: (key) => turn(() => store.read(key)),
      write: (item, expected) => turn(() => store.write(item, expected)),
      withDue: () => turn(() => store.withDue()),
      withOpen: () => store.withOpen(),
    },
    messages: { ...messages, create: (message, until) => turn(() => messages.create(message, until)) },
    publish: (message) => turn(() => publish(message)),
  };
};
