/** The custom widget of the dashboard: CloudWatch calls it when somebody looks, and when something in it is clicked. It reads, and writes nothing. */
import { stateClient, storageClient } from '../../shared/aws/clients.ts';
import { required } from '../../shared/aws/environment.ts';
import { snapshotStore } from '../../shared/aws/snapshot-store.ts';
import { stateStore } from '../../shared/aws/state-store.ts';
import { consoleOf } from '../../shared/model/console.ts';
import { readWidget } from './sources.ts';
import { DESCRIPTION, widgetHtml } from './widget.ts';
import { viewOf } from './widget-view.ts';

const sources = {
  state: stateStore(stateClient(), required('STATE_TABLE'), Date.now),
  snapshots: snapshotStore(storageClient(), required('RUN_BUCKET')),
};
const runbook = process.env['RUNBOOK'] ?? null;

/** Its page in the console. */
const stateMachineUrl = (machine: string): string => {
  const [, partition = '', , region = ''] = machine.split(':');
  return `${consoleOf(partition, region)}/states/home?region=${region}#/statemachines/view/${encodeURIComponent(machine)}`;
};
const stateMachine = stateMachineUrl(required('STATE_MACHINE_ARN'));

/** Returns HTML; for `describe`, Markdown as JSON. */
export const handler = async (
  event: unknown,
  { invokedFunctionArn: arn }: { readonly invokedFunctionArn: string },
): Promise<string | { readonly markdown: string }> => {
  const view = viewOf(event);
  if (view.describe) return { markdown: DESCRIPTION };
  const place = { arn, stack: required('STACK'), runbook, stateMachine };
  return widgetHtml(await readWidget(sources), view, place, Date.now());
};
