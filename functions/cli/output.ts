import { writeFile } from 'node:fs/promises';
import { UsageError } from './exit.ts';

/** Whoever read our output wants no more of it (`| head`): the exit code still tells the verdict. */
export const isClosedPipe = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE';

/** Output goes to stdout, or whole into a file; a file that cannot be written is wrong usage. */
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

/** A file is tried before the work begins: nothing is lost at the end for a typo. */
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
