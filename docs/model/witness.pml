/* Countersigning: a ledger whose owner signs whatever it likes, honest witnesses that cosign only what extends what they
 * cosigned last, and honest followers that accept only what their witnesses have cosigned.
 *
 * A history is a number: 1 is the empty ledger, and 2n and 2n + 1 are history n with one of two entries more. So n begins
 * with m where halving n some times gives m. Hashes, signatures and proofs are perfect: who shows a history, shows that
 * one and no other. A witness that lies cosigns everything, so asking it, too, forbids nothing: only the honest ones that
 * a follower asks are modelled, and which they are is chosen in every way that the agreement allows.
 *
 * Mutants, each of which must break a property: BLIND, FORGETS, RACE, TRUSTING, UNSHARED (see below, and README.md). */

#ifndef WITNESSES
#define WITNESSES 2
#endif
#define FOLLOWERS 3
#ifndef LAST
#define LAST 15 /* histories of at most three entries */
#endif

byte last[WITNESSES] = 1;    /* what each witness cosigned last */
int cosigned[WITNESSES] = 0; /* all that it has cosigned: a bit for each history */
byte copy[FOLLOWERS] = 1;    /* what each follower has accepted */
byte asks[FOLLOWERS];        /* the honest witnesses that it asks: a bit for each */

bool two_histories; /* a witness has cosigned two histories of which neither continues the other */
bool split;         /* two followers have accepted two such */

byte x, y;
bool ok;

/* ok: whether `history` begins with `beginning`. */
inline extends(history, beginning)
{
  x = history;
  do
  :: x > beginning -> x = x / 2
  :: else -> break
  od;
  ok = (x == beginning);
  x = 0
}

/* Writes down what witness `who` has cosigned, and looks whether it should have. */
inline store(who, what)
{
  y = 1;
  do
  :: y <= LAST ->
    if
    :: cosigned[who] & (1 << y) ->
      if
      :: y <= what -> extends(what, y)
      :: else -> extends(y, what)
      fi;
      two_histories = two_histories || !ok
    :: else
    fi;
    y++
  :: else -> break
  od;
  cosigned[who] = cosigned[who] | (1 << what);
  last[who] = what;
  y = 0;
  ok = false
}

/* The owner brings a history to a witness. */
inline bring(witness, checkpoint)
{
  extends(checkpoint, last[witness]);
#ifdef BLIND /* it does not look */
  ok = true;
#endif
  if
  :: ok -> store(witness, checkpoint)
  :: else
  fi;
  ok = false
}

/* The owner shows a history to a follower, with the cosignatures that it has. */
inline offer(follower, checkpoint)
{
  extends(checkpoint, copy[follower]);
#ifndef TRUSTING /* it takes what only continues its own copy */
  y = 0;
  do
  :: y < WITNESSES ->
    ok = ok && (!(asks[follower] & (1 << y)) || (cosigned[y] & (1 << checkpoint)));
    y++
  :: else -> break
  od;
#endif
  if
  :: ok ->
    copy[follower] = checkpoint;
    y = 0;
    do
    :: y < FOLLOWERS ->
      if
      :: copy[y] <= checkpoint -> extends(checkpoint, copy[y])
      :: else -> extends(copy[y], checkpoint)
      fi;
      split = split || !ok;
      y++
    :: else -> break
    od
  :: else
  fi;
  y = 0;
  ok = false
}

/* Every history, to every witness and follower, in every order. */
proctype owner()
{
  byte n, to;
  do
#ifndef HANDLERS
  :: atomic {
    select(n : 2 .. LAST);
    select(to : 0 .. WITNESSES - 1);
    d_step { bring(to, n); n = 0; to = 0 }
  }
#endif
  :: atomic {
    select(n : 2 .. LAST);
    select(to : 0 .. FOLLOWERS - 1);
    d_step { offer(to, n); n = 0; to = 0 }
  }
#ifdef FORGETS /* a witness is put back to what it was, as by an old backup */
  :: atomic {
    select(to : 0 .. WITNESSES - 1);
    last[to] = 1;
    to = 0
  }
#endif
  od
}

#ifdef HANDLERS
/* Two requests at once at the one witness: each is judged by what was cosigned last, and stored later, in a transaction
 * that looks whether that is still the same (cs_home_cosign, check_last). */
proctype handler()
{
  byte n, judged;
  do
  :: atomic {
    select(n : 2 .. LAST);
    judged = last[0];
    d_step { extends(n, judged) };
    if
    :: ok -> ok = false
    :: else -> n = 0; judged = 0
    fi
  };
    if
    :: n == 0
    :: n != 0 ->
      d_step {
        if
#ifdef RACE /* it does not look again */
        :: true -> store(0, n)
#else
        :: last[0] == judged -> store(0, n)
        :: else
#endif
        fi;
        n = 0;
        judged = 0
      }
    fi
  od
}
#endif

/* Who asks whom. By agreement every two followers have an honest witness in common. */
init {
  atomic {
    select(x : 1 .. (1 << WITNESSES) - 1);
    asks[0] = x;
    select(x : 1 .. (1 << WITNESSES) - 1);
    asks[1] = x;
    select(x : 1 .. (1 << WITNESSES) - 1);
    asks[2] = x;
    x = 0;
    if
#ifdef UNSHARED
    :: true ->
#else
    :: (asks[0] & asks[1]) && (asks[1] & asks[2]) && (asks[0] & asks[2]) ->
#endif
      run owner();
#ifdef HANDLERS
      run handler();
      run handler()
#endif
    :: else
    fi
  }
}

/* No two histories are both cosigned by one honest witness. */
ltl one_history { [] !two_histories }
/* No two histories are both accepted. */
ltl one_accepted { [] !split }
/* It must be possible, or the others say nothing: that all accept one of the longest histories. */
ltl goal_accepted { [] !(copy[0] == LAST && copy[1] == LAST && copy[2] == LAST) }
