Colour on a terminal, and none on one that asked for none.

  $ . "$TESTDIR/setup.sh"
  $ script() { command script --quiet --return --command "$*" /dev/null </dev/null; }
  $ script true >/dev/null 2>&1 || exit 80 # no pseudo-terminals here
  $ show='--treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv --at 2018-03-31 --party RU'
  $ TERM=xterm script "$COUNTERSIGN" assess $show | grep -c "$(printf '\033\\[')" >"$CRAMTMP/coloured"; test "$(cat "$CRAMTMP/coloured")" -gt 10
  $ TERM=xterm NO_COLOR=1 script "$COUNTERSIGN" assess $show | grep -c "$(printf '\033')"
  0
  [1]
  $ TERM=dumb script "$COUNTERSIGN" assess $show | grep -c "$(printf '\033')"
  0
  [1]
