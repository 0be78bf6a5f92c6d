import ora from 'ora';

export type Progress = { readonly done: (name: string) => void; readonly stop: () => void };

/** To stderr, and only to a terminal. */
export const startProgress = (total: number): Progress => {
  const spinner = ora({
    stream: process.stderr,
    isEnabled: process.stderr.isTTY === true,
    isSilent: process.stderr.isTTY !== true,
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
