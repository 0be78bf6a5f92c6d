import { writeFile } from 'node:fs/promises';
import { UsageError } from './exit.ts';

/** Whether the reader of stdout has closed the pipe (`| head`). This is not an error: the exit code still shows the verdict. */
export const isClosedPipe = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE';

/** Writes text to stdout or to a file. Rejects with a `UsageError` if the file cannot be written. */
export const emit = async (text: string, file: string | undefined): Promise<void> => {
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  if (file === undefined) {
    await new Promise<void>((resolve, reject) =>
      process.stdout.write(whole, (error) => (error && !isClosedPipe(error) ? reject(error) : resolve())),
    );
    return;
  }
  try {
    await writeFile(file, whole);
  } catch (error) {
    throw new UsageError(
      `--output ${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
    );
  }
};

/** Tries to open the output file before the work begins, so that a mistyped path does not lose the results. Rejects with a `UsageError`. */
export const ensureWritable = async (file: string | undefined): Promise<void> => {
  if (file === undefined) return;
  try {
    await writeFile(file, '', { flag: 'a' });
  } catch (error) {
    throw new UsageError(
      `--output ${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
    );
  }
};
