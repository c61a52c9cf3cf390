What every command says of itself, and how it is called.

  $ . "$TESTDIR/setup.sh"
  $ countersign --version
  countersign 0.1.0
  $ countersign --help
  countersign - keep an arms-control agreement between parties that do not trust each other
  
  Usage: countersign [-C DIR] COMMAND [options] [FILE...]
  
  Judge
    assess             judge what was declared against an agreement
    holdings           what each party has where, by what it declared and notified
    verify             check a home, a ledger that is served or exported, or a file of evidence
  
  Agreements
    treaty check       check that agreement files are whole
    treaty show        print an agreement in words, each rule with its article
    treaty calendar    list what falls due on which day
    treaty compare     set agreements side by side, with what each would catch
    treaty schema      print the JSON Schema of agreement files, for editors
  
  A party's home
    init               make a party's home: its keys and its ledger
    key                print the key that verifies this home's ledger
    status             what is owed, who has countersigned, how the peers are, and what comes next
    log                list the statements of a ledger
    show               print one entry of a ledger as it was signed
  
  Statements in its ledger
    draft              prepare a declaration, see what it leaves open, and submit it
    declare            declare holdings, from the party's rows of a CSV file
    notify             notify the others of an event
    raise              raise an ambiguity before the commission
    resolve            state that an ambiguity is resolved
    extend             consent to an extension of the agreement
    suspend            state that the party suspends the agreement
    resume             state that the party applies the agreement again
    withdraw           state that the party leaves the agreement
    statement schema   print the JSON Schema of statements, for programs
  
  Sealed counts
    claim              prove something about sealed counts without opening them
    open               open what was sealed at a facility, for an inspector
    vault check        check that every sealed statement can be opened
    vault backup       write what opens the sealed statements to a file, encrypted
    vault restore      bring back from a backup what the vault has not
  
  Inspections
    detect             compute the probability that a sample sees a violation
    plan               plan visits: how many a goal needs, where, and what they catch
    simulate           play a year of an agreement many times, with and without cheating
    inspect request    announce a visit whose place will be drawn
    inspect designate  announce a visit to a facility that is named
    inspect draw       do this party's next step in drawing the place of a visit
    inspect open       open the place of a visit, and state that it was opened
    inspect report     state what was seen at a visit, compared with what was opened
    inspect close      state that a visit is over
    inspect list       list the visits in all ledgers, and how far each has come
  
  The ledgers of others
    peer add           follow another party's ledger
    peer list          list the ledgers that this home follows
    witness add        have somebody else cosign this home's ledger
    witness list       list who is asked to cosign this home's ledger
    sync               fetch, check and countersign what the peers have added
    serve              publish this home's ledger over HTTP
    export             write a ledger as files that any web server can serve
  
  Exercises
    exercise           play a table-top exercise with homes, servers and inspections
  
  The shell
    completion         print the completion of a shell
  
  countersign COMMAND --help explains one of them, with an example; --version prints the version;
  -C DIR works as if it was started in that folder.
  
  First steps:
    countersign treaty show treaties/new-start.yaml
    countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv
  
  Exit codes: 0 all well; 1 the work was done and the answer is bad; 2 usage; 3 invalid input;
  4 the system failed.

Without a command, the same help, as a fault of usage.

  $ countersign >"$CRAMTMP/none"
  [2]
  $ countersign --help | diff - "$CRAMTMP/none"

Each command's help, by three ways.

  $ countersign assess --help
  countersign assess - judge what was declared against an agreement
  
  Usage: countersign assess [options]
  
  Options:
    --treaty FILE           the agreement (YAML)
    --holdings CSV          what the parties declared; may be given several times: totals by
                            count, and holdings by item, which must add up to them
    --at DATE               judge as it could be known on this day; without it, today
    --party PARTY           only this party
    --violation N           also say what visits so far would have seen of so many in
                            violation
    --prior P               with --violation: also what the visits have shown, where one had
                            this probability before
    --json                  one JSON object, for programs
    --csv                   one verdict a row, for spreadsheets
    --plot FILE.svg         also draw the limited counts over time
    --help                  this help
  
  In a home, without --treaty and --holdings, it judges by the ledgers, the own and the peers'; the evidence is an
  entry of a ledger then.
  
  Verdicts: met, proved, violated, late, missing, not yet binding, unknown. Exits with 1 where one is violated,
  late or missing, and where the home keeps evidence against a party. The columns of the CSV files are explained in
  countersign-assess(1).
  
  Example:
    countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv
  $ countersign treaty check --help
  countersign treaty check - check that agreement files are whole
  
  Usage: countersign treaty check [options] FILE...
  
  Options:
    --help                  this help
  
  Prints a line for each file that is well, and the first fault of each that is not, with its line and
  column. Exits with 3 where there was a fault.
  
  Example:
    countersign treaty check treaties/*.yaml
  $ countersign treaty show --help
  countersign treaty show - print an agreement in words, each rule with its article
  
  Usage: countersign treaty show [options] FILE
  
  Options:
    --json                  one JSON object with the keys of the file, for programs
    --help                  this help
  
  Example:
    countersign treaty show treaties/new-start.yaml
  $ countersign treaty calendar --help
  countersign treaty calendar - list what falls due on which day
  
  Usage: countersign treaty calendar --from DATE --to DATE [options] FILE
  
  Options:
    --from DATE             first day, as YYYY-MM-DD
    --to DATE               last day
    --json                  a JSON array, for programs
    --help                  this help
  
  Example:
    countersign treaty calendar treaties/new-start.yaml --from 2018-01-01 --to 2018-12-31
  $ countersign treaty schema --help
  countersign treaty schema - print the JSON Schema of agreement files, for editors
  
  Usage: countersign treaty schema [options]
  
  Options:
    --help                  this help
  
  Example:
    countersign treaty schema > schemas/treaty.schema.json
  $ countersign completion --help
  countersign completion - print the completion of a shell
  
  Usage: countersign completion [options] SHELL
  
  Options:
    --help                  this help
  
  Shells: bash, zsh, fish. "make install" installs all three.
  
  Example:
    countersign completion bash > ~/.local/share/bash-completion/completions/countersign
  $ countersign help assess | diff - <(countersign assess --help)
  $ countersign assess -h | diff - <(countersign assess --help)
  $ countersign treaty --help
  Usage: countersign treaty COMMAND
  
  Commands:
    treaty check       check that agreement files are whole
    treaty show        print an agreement in words, each rule with its article
    treaty calendar    list what falls due on which day
    treaty compare     set agreements side by side, with what each would catch
    treaty schema      print the JSON Schema of agreement files, for editors

Faults of usage: exit code 2, on standard error only, with the nearest name.

  $ countersign asses 2>&1 >/dev/null
  countersign: there is no command "asses"; did you mean "assess"?
  countersign: hint: see "countersign --help"
  [2]
  $ countersign fly
  countersign: there is no command "fly"
  countersign: hint: see "countersign --help"
  [2]
  $ countersign treaty
  Usage: countersign treaty COMMAND
  
  Commands:
    treaty check       check that agreement files are whole
    treaty show        print an agreement in words, each rule with its article
    treaty calendar    list what falls due on which day
    treaty compare     set agreements side by side, with what each would catch
    treaty schema      print the JSON Schema of agreement files, for editors
  [2]
  $ countersign treaty shwo
  countersign: there is no command "treaty shwo"; did you mean "treaty show"?
  countersign: hint: see "countersign --help"
  [2]
  $ countersign assess --treety a.yaml
  countersign assess: there is no option "treety"; did you mean --treaty?
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess -t
  countersign assess: there is no option "-t"
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml
  countersign assess: --holdings is missing; expected --treaty FILE and --holdings CSV, or neither in a home
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty
  countersign assess: --treaty is given without a value; expected FILE
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --treaty b.yaml --holdings c.csv
  countersign assess: --treaty is given twice
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --holdings b.csv --at 2021-02-29
  countersign assess: --at is given "2021-02-29"; expected a day that exists, as YYYY-MM-DD
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --holdings b.csv --at tomorrow
  countersign assess: --at is given "tomorrow"; expected a day that exists, as YYYY-MM-DD
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --holdings b.csv --json --csv
  countersign assess: --json and --csv exclude each other
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --holdings b.csv --json=yes
  countersign assess: --json takes no value
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign assess --treaty a.yaml --holdings b.csv c.csv
  countersign assess: "c.csv" is one argument too many
  countersign: hint: see "countersign assess --help"
  [2]
  $ countersign treaty show
  countersign treaty show: expected FILE
  countersign: hint: see "countersign treaty show --help"
  [2]
  $ countersign treaty show a.yaml b.yaml
  countersign treaty show: "b.yaml" is one argument too many
  countersign: hint: see "countersign treaty show --help"
  [2]
  $ countersign treaty calendar treaties/new-start.yaml --from 2021-01-01
  countersign treaty calendar: --to is missing; expected --to DATE
  countersign: hint: see "countersign treaty calendar --help"
  [2]
  $ countersign treaty calendar treaties/new-start.yaml --from 2021-01-02 --to 2021-01-01
  countersign treaty calendar: --to lies before --from; expected a later day
  countersign: hint: see "countersign treaty calendar --help"
  [2]
  $ countersign completion
  countersign completion: expected SHELL
  countersign: hint: see "countersign completion --help"
  [2]
  $ countersign completion tcsh
  countersign completion: "tcsh" is not a shell that is known; expected bash, zsh or fish
  countersign: hint: see "countersign completion --help"
  [2]

A party that the agreement does not have is invalid input.

  $ countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv --party UK
  countersign: "UK" is not a party of new-start; expected one of US, RU
  [3]

Nothing that was typed reaches the terminal raw.

  $ countersign "$(printf 'a\033[31mb')"
  countersign: there is no command "a\x1b[31mb"
  countersign: hint: see "countersign --help"
  [2]
  $ countersign "$(printf '\303\033[31mb')"
  countersign: there is no command "\xc3\x1b[31mb"
  countersign: hint: see "countersign --help"
  [2]
  $ countersign treaty show "$(printf 'a\033[31mb')"
  countersign: a\x1b[31mb: cannot be opened: No such file or directory
  [3]
  $ countersign assess "$(printf -- '--\033[31mb')"
  countersign assess: there is no option "\x1b[31mb"
  countersign: hint: see "countersign assess --help"
  [2]

Everything after "--" is an operand, and a value may stand after "=".

  $ countersign treaty check -- --json
  countersign: --json: cannot be opened: No such file or directory
  [3]
  $ countersign treaty calendar --from=2026-02-05 --to=2026-02-05 treaties/new-start.yaml
  2026-02-05  end of the term: no longer in force from this day [Agreement by exchange of notes, 26
                January 2021]

Output that cannot be written is a failure of the system.

  $ countersign --help >/dev/full
  countersign: <standard output>: cannot be written: No space left on device
  [4]
  $ countersign treaty show treaties/new-start.yaml >/dev/full
  countersign: <standard output>: cannot be written: No space left on device
  [4]
  $ countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv >/dev/full
  countersign: <standard output>: cannot be written: No space left on device
  [4]
