/** Completion scripts for shells, which ask the shell alone: nothing is started while somebody types. */
import type { TreeCommand, TreeOption, Value } from './tree.ts';

const PROGRAM = 'mtls-monitor';
/** In single quotes, for bash and zsh. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** In single quotes, for fish. */
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const wordsOf = (value: Value | null): readonly string[] => (value?.kind === 'words' ? value.words : []);

const bashCase = ({ name, options, value }: TreeCommand): string => {
  const withValue = options.filter((option) => option.value !== null);
  const cases = withValue.map(
    (option) => `      ${quoted(`${name} ${option.flag}`)}) words=${bashWords(option.value)} ;;`,
  );
  const flags = options.map(({ flag }) => flag).join(' ');
  return [
    ...cases,
    `      ${quoted(`${name} `)}*) if [[ $cur == -* ]]; then words=${quoted(flags)}; else words=${bashWords(value)}; fi ;;`,
  ].join('\n');
};

/** Without words the shell completes a path, which `-o default` asks for. */
const bashWords = (value: Value | null): string => quoted(wordsOf(value).join(' '));

/** Also for the bash 3.2 of macOS. */
const bash = (
  tree: readonly TreeCommand[],
): string => `# bash completion for ${PROGRAM}: eval "$(${PROGRAM} completion bash)"
_mtls_monitor() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=''
  if ((COMP_CWORD == 1)); then
    words=${quoted(tree.map(({ name }) => name).join(' '))}
  else
    case "\${COMP_WORDS[1]} $prev" in
${tree.map(bashCase).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _mtls_monitor ${PROGRAM}`;

/** In a specification of \`_arguments\` and \`_describe\` a colon and brackets are escaped. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, (character) => `\\${character}`);

const zshValue = (value: Value): string => {
  if (value.kind === 'words') return `(${value.words.join(' ')})`;
  return value.kind === 'file' ? '_files' : '';
};

const zshOption = ({ flag, what, value }: TreeOption): string =>
  quoted(`${flag}[${zshText(what)}]${value === null ? '' : `:${flag.slice(2)}:${zshValue(value)}`}`);

const zshCase = ({ name, options, value }: TreeCommand): string => {
  const first = value === null ? [] : [quoted(`1:argument:${zshValue(value)}`)];
  return `    ${name}) _arguments ${[...options.map(zshOption), ...first].join(' ')} ;;`;
};

const zsh = (
  tree: readonly TreeCommand[],
): string => `# zsh completion for ${PROGRAM}, behind compinit: source <(${PROGRAM} completion zsh)
_mtls_monitor() {
  local -a commands
  commands=(${tree.map(({ name, what }) => quoted(`${name}:${zshText(what)}`)).join(' ')})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  ((CURRENT--))
  case $name in
${tree.map(zshCase).join('\n')}
  esac
}
compdef _mtls_monitor ${PROGRAM}`;

const fishValue = (value: Value | null): string => {
  if (value === null) return '';
  if (value.kind === 'words') return ` -x -a ${fishQuoted(value.words.join(' '))}`;
  return value.kind === 'file' ? ' -r -F' : ' -x';
};

const fishLines = ({ name, what, options, value }: TreeCommand): readonly string[] => {
  const here = `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(what)}`,
    ...options.map(
      (option) => `${here} -l ${option.flag.slice(2)}${fishValue(option.value)} -d ${fishQuoted(option.what)}`,
    ),
    ...(value?.kind === 'file'
      ? []
      : [`${here} -f${value === null ? '' : ` -a ${fishQuoted(wordsOf(value).join(' '))}`}`]),
  ];
};

const fish = (tree: readonly TreeCommand[]): string =>
  [`# fish completion for ${PROGRAM}: ${PROGRAM} completion fish | source`, ...tree.flatMap(fishLines)].join('\n');

export const SCRIPTS = { bash, zsh, fish } as const;
