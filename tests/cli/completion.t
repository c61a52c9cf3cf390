Completion: what each shell can read, and what bash offers.

  $ . "$TESTDIR/setup.sh"
  $ for shell in bash zsh fish; do countersign completion $shell >"$CRAMTMP/$shell"; done
  $ bash -n "$CRAMTMP/bash"
  $ ! command -v zsh >/dev/null || zsh -n "$CRAMTMP/zsh"
  $ ! command -v fish >/dev/null || fish --no-execute "$CRAMTMP/fish"
  $ head -n 1 "$CRAMTMP/zsh"
  #compdef countersign
  $ grep -q '^complete -c countersign' "$CRAMTMP/fish"
  $ . "$CRAMTMP/bash"
  $ offer() { COMP_WORDS=(countersign "$@"); COMP_CWORD=$#; COMPREPLY=(); _countersign; echo "${COMPREPLY[@]}"; }
  $ offer ''
  assess holdings verify treaty init key status log show draft declare notify raise resolve extend suspend resume withdraw statement claim open vault detect plan simulate inspect peer witness sync serve export exercise completion
  $ offer a
  assess
  $ offer treaty ''
  check show calendar compare schema
  $ offer treaty sh
  show
  $ offer treaty calendar --
  --from --to --json --help
  $ offer assess --treaty treaties/new
  treaties/new-start.yaml
  $ offer assess --at ''
  
  $ offer assess --p
  --party --prior --plot
  $ offer completion ''
  bash zsh fish
