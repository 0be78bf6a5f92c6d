import ora from 'ora';

export type Progress = { readonly done: (name: string) => void; readonly stop: () => void };

/** Shows progress on stderr, only if it is a terminal with a width: on a terminal of zero columns redrawing never ends. */
export const startProgress = (total: number): Progress => {
  const shown = process.stderr.isTTY === true && process.stderr.columns > 0;
  const spinner = ora({
    stream: process.stderr,
    isEnabled: shown,
    isSilent: !shown,
    discardStdin: false,
  });
  let finished = 0;
  const say = (name: string) => {
    spinner.text = `${finished} of ${total} endpoints${name === '' ? '' : `, last ${name}`}`;
  };
  say('');
  spinner.start();
  return {
    done: (name) => {
      finished += 1;
      say(name);
    },
    stop: () => {
      spinner.stop();
    },
  };
};
