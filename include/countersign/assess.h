/* Verdicts: every rule that the evidence can judge, for each party and day.
 *
 *   cs_holdings *holdings;
 *   cs_assessment *assessment;
 *   cs_holdings_read(treaty, &path, 1, &holdings, &error);
 *   cs_assess(treaty, holdings, &(cs_assess_options){.at = cs_date_today()}, &assessment, &error);
 *
 * Nothing is stored: an assessment follows from the agreement, the holdings and the day alone. */
#ifndef COUNTERSIGN_ASSESS_H
#define COUNTERSIGN_ASSESS_H

#include "countersign/treaty.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- Holdings ---------------------------------------------------------------------------- */

/* What the parties declared: numbers by party and day. */
typedef struct cs_holdings cs_holdings;

/* The largest file of holdings that is read, in bytes. */
#define CS_HOLDINGS_BYTES ((size_t)64 * 1024 * 1024)

/* Reads `count` CSV files (RFC 4180, UTF-8) with a header. A file has either
 *   date, party, and columns named after counts of the agreement: one row for each party and day; or
 *   date, party, item, state, count, and where they apply type and facility: one row for each holding.
 * Besides these, "provided" says how the numbers came: exchanged (also when empty) or published, and
 * "received" on which day. Other columns are notes. An empty number is a number that was not given.
 * CS_INVALID names file, line and column of the first fault. The treaty must outlive the holdings; the
 * caller releases them with cs_holdings_free. */
cs_status cs_holdings_read(const cs_treaty *treaty, const char *const *paths, size_t count, cs_holdings **out,
                           cs_error *error);
void cs_holdings_free(cs_holdings *holdings);

/* ---- Assessment -------------------------------------------------------------------------- */

typedef enum cs_verdict {
  CS_MET,
  CS_PROVED, /* met, as a proof shows; the number itself is sealed */
  CS_VIOLATED,
  CS_LATE,            /* done, after its deadline */
  CS_MISSING,         /* not done, and its deadline is past */
  CS_NOT_YET_BINDING, /* the rule begins to bind on a later day */
  CS_UNKNOWN,         /* the evidence does not say */
} cs_verdict;
enum { CS_VERDICTS = 7 };

/* "met", "proved", "violated", "late", "missing", "not yet binding", "unknown". */
const char *cs_verdict_word(cs_verdict verdict);

/* One verdict. The texts live as long as treaty and holdings. */
typedef struct cs_finding {
  const char *party;
  const char *rule;
  const char *article;
  cs_date date; /* on which the numbers are current, or the event took place */
  cs_verdict verdict;
  bool has_value, has_limit;
  int64_t value, limit, margin; /* margin: limit - value, where both are known; negative when over */
  const char *file;             /* evidence; NULL where there is none */
  uint32_t first_line, last_line;
  uint32_t proof_line; /* of the same file, with the proof; 0: none */
  const char *note;    /* a few words, or "" */
} cs_finding;

typedef struct cs_assess_options {
  cs_date at;        /* judge as it could be known on this day */
  const char *party; /* only this party; NULL: every one */
  int64_t violation; /* also say what the visits so far would have seen of a violation of so many; 0: do not */
  double prior;      /* with it, and what they have shown where one had this probability before; 0: do not */
} cs_assess_options;

typedef struct cs_assessment cs_assessment;

/* Judges the limits, exchanges, eliminations and extensions of `treaty`. CS_INVALID where the party is
 * not one of the agreement. Both must outlive the assessment; the caller releases it with
 * cs_assessment_free. */
cs_status cs_assess(const cs_treaty *treaty, const cs_holdings *holdings, const cs_assess_options *options,
                    cs_assessment **out, cs_error *error);
void cs_assessment_free(cs_assessment *assessment);

/* Findings, by date, party and rule. */
size_t cs_assessment_count(const cs_assessment *assessment);
cs_finding cs_assessment_at(const cs_assessment *assessment, size_t index);

/* How many findings have this verdict. */
size_t cs_assessment_tally(const cs_assessment *assessment, cs_verdict verdict);
/* Whether a finding is violated, late or missing. */
bool cs_assessment_is_bad(const cs_assessment *assessment);
/* What it comes to, in one line of plain words. */
const char *cs_assessment_conclusion(const cs_assessment *assessment);

/* What the visits that took place would have seen by now of a violation of one rule by one party, had it been there for as
 * long as the rule binds: probabilities, of which `together` is the least that there is at declared facilities. */
typedef struct cs_search {
  const char *party, *rule, *article;
  cs_date since;      /* visits count from this day on */
  int64_t facilities; /* that the party's newest declaration names; -1: the holdings do not tell */
  int64_t visited;    /* of these, each counted once */
  int64_t drawn;      /* of these, by a draw in which all were as likely */
  int64_t not_held;   /* visits that were due and did not take place */
  double together;    /* all of it is at one of them */
  double spread;      /* it is spread over as many of them as it can be */
  int64_t found;      /* of the facilities visited, those where a report names differences */
  double none; /* with a prior: the probability, after these visits, that no facility hides any; -1: not asked for */
  int64_t at_most;  /* and so many facilities do at most, with a probability of 0.95 */
  const char *note; /* why nothing would have been seen, or "" */
} cs_search;

/* One for each party and rule that binds it, by party and rule; none where cs_assess was not asked for it. */
size_t cs_assessment_searches(const cs_assessment *assessment);
cs_search cs_assessment_search(const cs_assessment *assessment, size_t index);

/* Adds the assessment as a table for a terminal of `width` columns; `colour` adds ANSI colours. */
cs_status cs_assessment_table(const cs_assessment *assessment, size_t width, bool colour, cs_text *out,
                              cs_error *error);
/* Adds one JSON object: agreement, at, conclusion, term, verdicts, not-judged; where it was asked for, violation. */
cs_status cs_assessment_json(const cs_assessment *assessment, cs_text *out, cs_error *error);
/* Adds CSV with a header, one finding a row. */
cs_status cs_assessment_csv(const cs_assessment *assessment, cs_text *out, cs_error *error);
/* Adds an SVG document: each limited count over time, a line for each party, with the limit. */
cs_status cs_assessment_plot(const cs_assessment *assessment, cs_text *out, cs_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
