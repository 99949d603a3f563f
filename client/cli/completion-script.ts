/** Shells that completion can be set up for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/*
 * Each script asks the program itself, as it was called (`gurukul complete -- WORDS`), so that it is never
 * older than the program; each answer is a line, the value and its description with a tab between. Without an
 * answer the shell offers files.
 */

const BASH = `# bash completion for gurukul. Add to ~/.bashrc: source <(gurukul completion bash)
_gurukul() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]%%$'\\t'*}")
}
complete -o default -o bashdefault -F _gurukul gurukul
`;

const ZSH = `#compdef gurukul
# zsh completion for gurukul. Add to ~/.zshrc, below compinit: source <(gurukul completion zsh)
_gurukul() {
  local -a answers described
  answers=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  answers=("\${(@)answers:#}")
  if (( \${#answers} == 0 )); then
    _files
    return
  fi
  local tab=$'\\t' answer
  for answer in "\${(@)answers}"; do
    described+=("\${\${answer%%$tab*}//:/\\\\:}:\${answer#*$tab}")
  done
  _describe gurukul described
}
if [[ "\${funcstack[1]}" == "_gurukul" ]]; then
  _gurukul "$@"
else
  compdef _gurukul gurukul
fi
`;

const FISH = `# fish completion for gurukul. Keep it: gurukul completion fish > ~/.config/fish/completions/gurukul.fish
function __gurukul_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answers ($words[1] complete -- $words[2..-1] 2>/dev/null)
    if test (count $answers) -gt 0
        printf '%s\\n' $answers
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c gurukul -f -a '(__gurukul_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** What a shell has to read so that it completes `gurukul`. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
