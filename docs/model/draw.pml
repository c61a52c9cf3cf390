/* A joint draw by commit and reveal, between an honest party H and an adversary M, before an honest witness W that follows
 * both ledgers and observes.
 *
 * One of the two requests (chosen at the beginning), then each commits and reveals, in its own ledger. H's ledger has one
 * history. M's may have another for H than for W: `hm` is what H holds of it, `wm` what W has cosigned. M chooses among
 * two nonces, or copies H's commitment; it sees at once all that H or W have; it shows anything to H and W, in any order,
 * or never. Its ledger holds nothing else.
 *
 * Time has three parts: commitments are due (0), reveals are due (1), both deadlines are past (2). It does not go on while
 * an honest party still has something to do: they are taken to synchronise at least once in each part.
 *
 * Mutants, each of which must break a property: EARLY, UNCOUNTERSIGNED, REWRITTEN, EXCLUSIVE_OR, BACKDATED, ONE_DEADLINE,
 * FORGIVEN, NO_RELAY, NO_EVIDENCE (see below, and README.md). */

#define NONE 0
#define FIRST 1  /* one of two requests, or M's commitment to one of its nonces */
#define SECOND 2 /* the other */
#define COPIED 3 /* H's own commitment, with the name of M put before it */

byte now = 3;    /* 3: not begun */
bool m_requests; /* or else H does */

/* H's ledger, and W's copy of it */
bool h_request, h_commit, h_reveal;
bool wh_request, wh_commit, wh_reveal;

/* M's ledger as H holds it, and as W has cosigned it */
byte hm_request, hm_commit;
bool hm_reveal;
byte wm_request, wm_commit;
bool wm_reveal;
bool commit_in_time, reveal_in_time; /* W cosigned it before its deadline */

bool forked;   /* H holds two signed notes of M that contradict each other */
bool evidence; /* W has them too */

/* What H and W conclude after the deadline */
bool h_judged, w_judged, h_accepts, w_accepts, h_marks_m, w_marks_m, w_marks_h;
byte h_draw, w_draw;

/* What is true, and nobody need know */
bool knew_before_h, knew_before_w; /* M committed before H, or before W, when it could compute the draw */
bool m_revealed_in_time;
bool last_moment; /* M committed when no time was left for the other: only where the mutant lets it */

#define requested (wm_request != NONE || wh_request)
#define h_sees_request (h_request || (hm_request != NONE && hm_request == wm_request))

/* A commitment is bound to party and request: M cannot open H's as its own. */
#ifdef EXCLUSIVE_OR /* it is bound to nothing, and the draw is the exclusive or of the nonces: zero where M copies */
#define opens(c) (c != COPIED || h_reveal)
#else
#define opens(c) (c != COPIED)
#endif

#ifdef BACKDATED /* what is in time, M says itself */
#define IN_TIME(when) true
#else
#define IN_TIME(when) (now <= when)
#endif
#ifdef ONE_DEADLINE /* M may commit until the reveals are due, at the last moment */
#define COMMITS 1
#else
#define COMMITS 0
#endif

/* ---- The honest party ---- */

#define h_requests_now (!m_requests && !h_request && now == 0)
#ifdef NO_RELAY /* H learns of M's ledger from M alone */
#define h_behind false
#else
#define h_behind (!forked && ((wm_request != NONE && hm_request != wm_request) || \
                              (wm_commit != NONE && hm_commit != wm_commit) || (wm_reveal && !hm_reveal)))
#endif
#define h_commits_now (now == 0 && h_sees_request && !h_commit && !forked)
#ifdef EARLY /* without waiting for the other's commitment */
#define m_is_bound true
#else
#ifdef UNCOUNTERSIGNED /* or with it, but before it is countersigned */
#define m_is_bound (hm_commit != NONE)
#else
#define m_is_bound (hm_commit != NONE && hm_commit == wm_commit && commit_in_time)
#endif
#endif
#define h_reveals_now (now < 2 && h_commit && wh_commit && !h_reveal && !forked && m_is_bound)

/* H looks at what W has cosigned of M's ledger. */
inline synchronise()
{
  if
  :: (hm_request != NONE && wm_request != NONE && hm_request != wm_request) ||
     (hm_commit != NONE && wm_commit != NONE && hm_commit != wm_commit) ->
    forked = true
  :: else ->
    hm_request = (wm_request != NONE -> wm_request : hm_request);
    hm_commit = (wm_commit != NONE -> wm_commit : hm_commit);
    hm_reveal = hm_reveal || wm_reveal
  fi
}

#define m_is_done (wm_commit != NONE && commit_in_time && wm_reveal && reveal_in_time)
#ifdef FORGIVEN /* who has committed is left in peace */
#define m_has_aborted (wm_commit == NONE || !commit_in_time)
#else
#define m_has_aborted (!m_is_done)
#endif
/* H has to commit when asked, and to reveal when M's commitment was countersigned in time. */
#define h_has_aborted (!wh_commit || (wm_commit != NONE && commit_in_time && !wh_reveal))

active proctype H()
{
  do
  :: d_step { h_requests_now -> h_request = true }
  :: d_step { h_behind -> synchronise() }
  :: d_step { h_commits_now -> h_commit = true }
  :: d_step { h_reveals_now -> h_reveal = true }
  :: d_step { now == 2 && !h_judged && !h_behind ->
    h_judged = true;
    h_marks_m = requested && (m_has_aborted || forked);
    h_accepts = requested && m_is_done && h_reveal && !forked;
    h_draw = (h_accepts -> hm_commit : NONE)
  }
  :: h_judged -> break
  od
}

/* ---- The witness and observer ---- */

#define w_behind ((h_request && !wh_request) || (h_commit && !wh_commit) || (h_reveal && !wh_reveal))
#ifdef NO_EVIDENCE /* evidence stays with who found it */
#define w_ignorant false
#else
#define w_ignorant (forked && !evidence)
#endif

active proctype W()
{
  do
  :: d_step { w_behind -> wh_request = h_request; wh_commit = h_commit; wh_reveal = h_reveal }
  :: d_step { w_ignorant -> evidence = true }
  :: d_step { now == 2 && !w_judged && !w_behind && !w_ignorant ->
    w_judged = true;
    w_marks_m = requested && (m_has_aborted || evidence);
    w_marks_h = requested && h_has_aborted && !evidence;
    w_accepts = requested && m_is_done && wh_reveal && !evidence;
    w_draw = (w_accepts -> wm_commit : NONE)
  }
  :: w_judged -> break
  od
}

/* ---- The adversary ---- */

#define may_commit_before_h (h_request || hm_request != NONE)
#ifdef REWRITTEN /* the witness cosigns another history, too */
#define w_takes(c) (wm_commit != c && !wm_reveal)
#else
#define w_takes(c) (wm_commit == NONE)
#endif

/* What M commits to now, it chooses by what it knows now. */
inline commit_before_w(c)
{
  wm_commit = c;
  commit_in_time = IN_TIME(COMMITS);
  last_moment = commit_in_time && COMMITS == 1 && now == 1;
  knew_before_w = knew_before_w || h_reveal
}

inline commit_before_h(c)
{
  hm_commit = c;
  knew_before_h = knew_before_h || h_reveal
}

active proctype M()
{
  do
  :: d_step { m_requests && now == 0 && wm_request == NONE -> wm_request = FIRST }
  :: d_step { m_requests && now == 0 && wm_request == NONE -> wm_request = SECOND }
  :: d_step { m_requests && now == 0 && hm_request == NONE -> hm_request = FIRST }
  :: d_step { m_requests && now == 0 && hm_request == NONE -> hm_request = SECOND }

  :: d_step { requested && w_takes(FIRST) -> commit_before_w(FIRST) }
  :: d_step { requested && w_takes(SECOND) -> commit_before_w(SECOND) }
  :: d_step { requested && w_takes(COPIED) && h_commit -> commit_before_w(COPIED) }
  :: d_step { may_commit_before_h && hm_commit == NONE -> commit_before_h(FIRST) }
  :: d_step { may_commit_before_h && hm_commit == NONE -> commit_before_h(SECOND) }
  :: d_step { may_commit_before_h && hm_commit == NONE && h_commit -> commit_before_h(COPIED) }

  :: d_step { wm_commit != NONE && !wm_reveal && opens(wm_commit) ->
    wm_reveal = true;
    reveal_in_time = IN_TIME(1);
    m_revealed_in_time = now <= 1;
    knew_before_w = knew_before_w || wm_commit == COPIED; /* the draw was zero from the beginning */
    knew_before_h = knew_before_h || wm_commit == COPIED
  }
  :: d_step { hm_commit != NONE && !hm_reveal && opens(hm_commit) -> hm_reveal = true }
  :: break /* and never again */
  od
}

/* ---- Time ---- */

#define someone_is_busy                                                                                                \
  (h_requests_now || h_behind || h_commits_now || h_reveals_now || w_behind || w_ignorant)

active proctype clock()
{
  d_step { now == 0 && !someone_is_busy -> now = 1 };
  d_step { now == 1 && (!someone_is_busy || last_moment) -> now = 2 }
}

init {
  atomic {
    if
    :: m_requests = true
    :: m_requests = false
    fi;
    now = 0
  }
}

/* ---- What holds ---- */

/* M cannot know the draw when it commits before H, or before anybody: neither H's nonce nor the draw itself. H knows nothing
 * of M's nonce before M reveals, which is the same with the names changed. */
ltl secret_between_two { [] !knew_before_h }
ltl secret { [] !(knew_before_h || knew_before_w) }
/* Who does not reveal by the deadline is marked by every honest party. */
ltl abort_seen { [] ((now == 2 && requested && !m_revealed_in_time) -> <> (h_marks_m && w_marks_m)) }
/* Nobody honest is marked. */
ltl no_false_mark { [] !w_marks_h }
/* Where M does its part, the draw is made. */
ltl completed { [] ((now == 2 && requested && m_is_done && !forked) -> <> (h_accepts && w_accepts)) }
/* And it is one. */
ltl one_draw { [] ((h_accepts && w_accepts) -> h_draw == w_draw) }
/* What must be possible, or the others say nothing: a draw; an abort by somebody who has learned the draw; two histories
 * of M, and that W hears of them. */
ltl goal_draw { [] !(h_accepts && w_accepts) }
ltl goal_abort { [] !(w_marks_m && h_reveal) }
ltl goal_fork { [] !evidence }
