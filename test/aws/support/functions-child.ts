/** A thread that holds the three functions of a run, as Lambda holds warm ones: it is told what to call, and answers with what came of it. */
import { parentPort } from 'node:worker_threads';
import type { Invocation, Invoked } from '../../helpers/machine-steps.ts';

/** Added to the clock of this thread, milliseconds: runs are minutes apart, and nobody waits for them. */
let offset = 0;
const real = Date.now.bind(Date);
Date.now = () => real() + offset;

type Handler = (event: never, context: never) => Promise<unknown>;
const handlers: Readonly<Record<Invocation['name'], Handler>> = {
  plan: (await import('../../../functions/plan/handler.ts')).handler,
  probe: (await import('../../../functions/probe/handler.ts')).handler,
  report: (await import('../../../functions/report/handler.ts')).handler,
};

const invoke = async ({ name, event, at, remaining }: Invocation): Promise<Invoked> => {
  offset = at - real();
  const ends = Date.now() + remaining;
  try {
    const value = await handlers[name](event as never, { getRemainingTimeInMillis: () => ends - Date.now() } as never);
    return { ok: true, value };
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, error: kind, message };
  }
};

parentPort?.on('message', (invocation: Invocation) => {
  void invoke(invocation).then((invoked) => parentPort?.postMessage(invoked));
});
parentPort?.postMessage('ready');
