import { writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { UsageError } from './exit.ts';

/** Whether the reader of stdout has closed the pipe (`| head`). This is not an error: the exit code still shows the verdict. */
export const isClosedPipe = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'EPIPE';

/** Characters that are written at a time. */
const PIECE = 65_536;

/** Joins small pieces, and ends the text with a line end. */
function* written(text: string | Iterable<string>): Generator<string> {
  let waiting = '';
  for (const piece of typeof text === 'string' ? [text] : text) {
    waiting += piece;
    // The last character is held back: it decides whether a line end is missing.
    if (waiting.length <= PIECE) continue;
    yield waiting.slice(0, -1);
    waiting = waiting.slice(-1);
  }
  yield waiting.endsWith('\n') ? waiting : `${waiting}\n`;
}

/** A turn of the event loop behind each piece: memory outside V8's heap is given back in it. */
async function* inTurns(pieces: Iterable<string>): AsyncGenerator<string> {
  for (const piece of pieces) {
    yield piece;
    await turn();
  }
}

/** Resolves with false once the reader has closed the pipe. */
const toStdout = (text: string): Promise<boolean> =>
  new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error && !isClosedPipe(error) ? reject(error) : resolve(!error))),
  );

/** Writes text to stdout or to a file (`--output`), and takes the next piece only once the last one is written. Rejects as `emitTo`. */
export const emit = async (text: string | Iterable<string>, file: string | undefined): Promise<void> => {
  if (file !== undefined) return emitTo({ file, option: '--output', append: false }, text);
  for await (const piece of inTurns(written(text))) if (!(await toStdout(piece))) return;
};

export type OutputFile = {
  readonly file: string;
  /** The option that names it. */
  readonly option: string;
  /** Whether what is there stays. */
  readonly append: boolean;
};

/** Writes text to a file. Rejects with a `UsageError` that names the option if the file cannot be written. */
export const emitTo = async ({ file, option, append }: OutputFile, text: string | Iterable<string>): Promise<void> => {
  try {
    await writeFile(file, inTurns(written(text)), { flag: append ? 'a' : 'w' });
  } catch (error) {
    throw cannotWrite(file, option, error);
  }
};

/** Tries to open the output file before the work begins, so that a mistyped path does not lose the results. Rejects with a `UsageError`. */
export const ensureWritable = async ({ file, option }: OutputFile): Promise<void> => {
  try {
    await writeFile(file, '', { flag: 'a' });
  } catch (error) {
    throw cannotWrite(file, option, error);
  }
};

/** An error of the renderer's own is no fault of the file's. */
const cannotWrite = (file: string, option: string, error: unknown): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new UsageError(`${option} ${file} cannot be written: ${code}`);
};
