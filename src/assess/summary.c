/* Whether each party kept the agreement, in plain words, where more than open numbers speak about it. */
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

bool cs_has_summary(const cs_assessment *a)
{
  bool sealed = false;
  for (size_t i = 0; i < a->holdings->count; i++)
    sealed = sealed || a->holdings->declarations[i].sealed;
  return sealed || a->holdings->noted_count > 0 || a->account_count > 0;
}

/* What is known of one party. */
typedef struct tally {
  size_t bad, unknown, proved, followed, visited, agreed;
  const cs_result *first_bad;
} tally;

static tally count_party(const cs_assessment *a, size_t party)
{
  tally t = {0};
  for (size_t i = 0; i < a->count; i++) {
    const cs_result *r = &a->results[i];
    if (r->party != party)
      continue;
    const cs_noted *n = r->subject == CS_SUBJECT_NOTED ? &a->holdings->noted[r->declaration] : NULL;
    bool bad = r->verdict == CS_VIOLATED || r->verdict == CS_LATE || r->verdict == CS_MISSING;
    if (bad && t.bad++ == 0)
      t.first_bad = r;
    /* What is sealed at both ends cannot be followed in the open; it is no open question for that. */
    t.unknown += r->verdict == CS_UNKNOWN && r->subject != CS_SUBJECT_REPLAY;
    t.proved += r->verdict == CS_PROVED && !cs_is_account(r);
    t.followed += r->verdict == CS_PROVED && cs_is_account(r);
    t.visited += n != NULL && n->name != NULL && strcmp(n->name, "visit") == 0 && r->verdict == CS_MET;
    t.agreed += n != NULL && n->name != NULL && strcmp(n->name, "report") == 0 && r->verdict == CS_MET;
  }
  return t;
}

cs_kept cs_party_kept(const cs_assessment *a, size_t party)
{
  tally t = count_party(a, party);
  if (t.bad > 0)
    return CS_NOT_KEPT;
  return t.unknown + t.proved + t.followed + t.visited > 0 ? CS_KEPT_AS_VERIFIED : CS_KEPT;
}

const char *cs_kept_word(cs_kept kept)
{
  static const char *const words[] = {
    [CS_KEPT] = "kept",
    [CS_KEPT_AS_VERIFIED] = "kept as far as verified",
    [CS_NOT_KEPT] = "not kept",
  };
  return words[kept];
}

static void add_number(cs_text *out, size_t number, const char *one, const char *many, bool *any)
{
  if (number == 0)
    return;
  cs_text_add(out, "%s%zu %s", *any ? ", " : "", number, number == 1 ? one : many);
  *any = true;
}

void cs_add_why(const cs_assessment *a, size_t party, cs_text *out)
{
  tally t = count_party(a, party);
  char date[CS_DATE_TEXT];
  bool any = false;
  if (t.bad > 0) {
    cs_finding f = cs_assessment_at(a, (size_t)(t.first_bad - a->results));
    cs_text_add(out, "%s of %s: %s%s%s", f.rule, cs_date_format(f.date, date), cs_verdict_word(f.verdict),
                f.note[0] != '\0' ? ", " : "", f.note);
    if (t.bad > 1)
      cs_text_add(out, "; and %zu more", t.bad - 1);
    return;
  }
  add_number(out, t.proved, "limit proved", "limits proved", &any);
  add_number(out, t.followed, "declaration proved to follow", "declarations proved to follow", &any);
  add_number(out, t.visited, "place opened", "places opened", &any);
  add_number(out, t.agreed, "report found what was sealed", "reports found what was sealed", &any);
  add_number(out, t.unknown, "finding open", "findings open", &any);
  if (!any)
    cs_text_add(out, "every finding is met");
  if (t.proved + t.followed > 0)
    cs_text_add(out, "; what is where nobody looked rests on its word");
}
