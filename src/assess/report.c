/* An assessment for programs: JSON and CSV. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

/* "FILE:12", or "FILE:12-20". */
static void add_evidence(cs_text *out, const cs_finding *f)
{
  if (f->file == NULL)
    return;
  cs_text_add(out, "%s:%u", f->file, f->first_line);
  if (f->last_line != f->first_line)
    cs_text_add(out, "-%u", f->last_line);
}

/* ---- JSON -------------------------------------------------------------------------------- */

/* Adds `value` and gives it back; false when out of memory. Findings go out one by one, so that a million of
 * them never stand in memory as a tree. */
static bool add_json(cs_text *out, json_t *value, size_t flags)
{
  char *text = value == NULL ? NULL : json_dumps(value, flags);
  json_decref(value);
  if (text == NULL)
    return false;
  cs_text_add(out, "%s", text);
  free(text);
  return !out->failed;
}

static json_t *finding_json(const cs_finding *f)
{
  char date[CS_DATE_TEXT];
  json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s}", "party", f->party, "rule", f->rule, "article", f->article,
                          "date", cs_date_format(f->date, date), "verdict", cs_verdict_word(f->verdict));
  if (f->has_value)
    json_object_set_new(out, "value", json_integer(f->value));
  if (f->has_limit)
    json_object_set_new(out, "limit", json_integer(f->limit));
  if (f->has_value && f->has_limit)
    json_object_set_new(out, "margin", json_integer(f->margin));
  cs_text evidence = {0};
  add_evidence(&evidence, f);
  if (evidence.length > 0)
    json_object_set_new(out, "evidence", json_string(evidence.at));
  if (f->proof_line != 0) {
    evidence.length = 0;
    cs_text_add(&evidence, "%s:%u", f->file, f->proof_line);
    json_object_set_new(out, "proof", json_string(evidence.at));
  }
  if (f->note[0] != '\0')
    json_object_set_new(out, "note", json_string(f->note));
  bool failed = evidence.failed;
  cs_text_free(&evidence);
  if (!failed)
    return out;
  json_decref(out);
  return NULL;
}

static json_t *term_json(const cs_assessment *a)
{
  char start[CS_DATE_TEXT], end[CS_DATE_TEXT];
  cs_date first = cs_treaty_start(a->treaty), last = cs_treaty_end(a->treaty, a->at);
  json_t *out = json_pack("{s:s}", "entry-into-force", cs_date_format(first, start));
  if (last != CS_DATE_NONE)
    json_object_set_new(out, "end", json_string(cs_date_format(last, end)));
  json_object_set_new(out, "in-force", json_boolean(a->at >= first && (last == CS_DATE_NONE || a->at < last)));
  return out;
}

/* Rules of which holdings say nothing. */
static json_t *not_judged_json(const cs_assessment *a)
{
  json_t *out = json_array();
  for (size_t k = 0; k < CS_RULE_KINDS; k++) {
    const cs_rule_kind *kind = &cs_rule_kinds[k];
    if (strcmp(kind->name, "limit") == 0 || strcmp(kind->name, "exchange") == 0 ||
        strcmp(kind->name, "elimination") == 0)
      continue;
    const cs_rule *rule;
    bool notifications = strcmp(kind->name, "notification") == 0;
    for (size_t i = 0; (rule = cs_treaty_rule(a->treaty, kind, i)) != NULL; i++)
      if (!notifications || !a->notified[i])
        json_array_append_new(out, json_pack("{s:s, s:s, s:s}", "rule", rule->id, "kind", kind->name, "article",
                                             rule->article));
  }
  for (size_t i = 0; i < a->treaty->exchanges.count; i++) {
    const cs_exchange *exchange = &a->treaty->exchanges.at[i];
    if (exchange->match.count > 0)
      json_array_append_new(out, json_pack("{s:s, s:s, s:s}", "rule", exchange->rule.id, "kind", "match", "article",
                                           exchange->rule.article));
  }
  return out;
}

/* Whether each party kept the agreement, and why. */
static json_t *parties_json(const cs_assessment *a)
{
  json_t *out = json_array();
  for (size_t i = 0; i < a->treaty->parties.count; i++) {
    if (a->only != SIZE_MAX && a->only != i)
      continue;
    cs_text why = {0};
    cs_add_why(a, i, &why);
    json_array_append_new(out, json_pack("{s:s, s:s, s:s}", "party", a->treaty->parties.at[i].rule.id, "verdict",
                                         cs_kept_word(cs_party_kept(a, i)), "why", why.at == NULL ? "" : why.at));
    cs_text_free(&why);
  }
  return out;
}

/* Kinds of facilities where no inspection may go. */
static json_t *out_of_reach_json(const cs_assessment *a, const cs_bound *bound)
{
  json_t *out = json_array();
  for (size_t kind = 0; kind < a->treaty->facilities.count; kind++)
    if (cs_is_out_of_reach(a->treaty, bound, kind))
      json_array_append_new(out, json_string(a->treaty->facilities.at[kind].rule.id));
  return out;
}

static json_t *search_json(const cs_assessment *a, const cs_bound_search *b)
{
  char since[CS_DATE_TEXT];
  const cs_search *s = &b->search;
  json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:f, s:f, s:o}", "party", s->party, "rule", s->rule,
                          "article", s->article, "since", cs_date_format(s->since, since), "facilities",
                          s->facilities < 0 ? json_null() : json_integer(s->facilities), "visited",
                          (json_int_t)s->visited, "drawn", (json_int_t)s->drawn, "not-held", (json_int_t)s->not_held,
                          "together", s->together, "spread", s->spread, "out-of-reach", out_of_reach_json(a, b->bound));
  json_object_set_new(out, "found", json_integer((json_int_t)s->found));
  if (a->prior > 0 && s->none >= 0)
    json_object_set_new(out, "posterior",
                        json_pack("{s:f, s:f, s:f, s:I}", "prior", a->prior, "none", s->none, "credible", 0.95,
                                  "at-most", (json_int_t)s->at_most));
  if (s->note[0] != '\0')
    json_object_set_new(out, "note", json_string(s->note));
  return out;
}

/* What the visits so far would have seen. */
static json_t *violation_json(const cs_assessment *a)
{
  json_t *seen = json_array();
  for (size_t i = 0; i < a->search_count; i++)
    json_array_append_new(seen, search_json(a, &a->searches[i]));
  return json_pack("{s:I, s:s, s:i, s:o}", "size", (json_int_t)a->violation, "assumes", cs_search_assumes, "undeclared",
                   0, "seen", seen);
}

/* So many digits come out alike where libraries of mathematics differ in the last bit. */
enum { DIGITS = 9 };

cs_status cs_assessment_json(const cs_assessment *a, cs_text *out, cs_error *error)
{
  char at[CS_DATE_TEXT];
  bool ok = true;
  cs_text_add(out, "{\n  \"agreement\": ");
  ok = ok && add_json(out, json_string(a->treaty->id), JSON_ENCODE_ANY);
  cs_text_add(out, ",\n  \"at\": \"%s\",\n  \"conclusion\": ", cs_date_format(a->at, at));
  ok = ok && add_json(out, json_string(a->conclusion), JSON_ENCODE_ANY);
  if (cs_has_summary(a)) {
    cs_text_add(out, ",\n  \"parties\": ");
    ok = ok && add_json(out, parties_json(a), 0);
  }
  if (a->violation > 0) {
    cs_text_add(out, ",\n  \"violation\": ");
    ok = ok && add_json(out, violation_json(a), JSON_REAL_PRECISION(DIGITS));
  }
  cs_text_add(out, ",\n  \"term\": ");
  ok = ok && add_json(out, term_json(a), 0);
  cs_text_add(out, ",\n  \"verdicts\": [");
  for (size_t i = 0; i < a->count && ok; i++) {
    cs_finding f = cs_assessment_at(a, i);
    cs_text_add(out, "%s\n    ", i == 0 ? "" : ",");
    ok = add_json(out, finding_json(&f), 0);
  }
  cs_text_add(out, "%s],\n  \"not-judged\": ", a->count == 0 ? "" : "\n  ");
  ok = ok && add_json(out, not_judged_json(a), 0);
  cs_text_add(out, "\n}\n");
  return ok && !out->failed ? CS_OK : cs_fail_memory(error);
}

/* ---- CSV --------------------------------------------------------------------------------- */

/* A field, in quotes where RFC 4180 asks for them. */
static void add_csv(cs_text *out, const char *text)
{
  if (text[strcspn(text, ",\"\r\n")] == '\0') {
    cs_text_add(out, "%s", text);
    return;
  }
  cs_text_put(out, "\"", 1);
  for (; *text != '\0'; text++)
    cs_text_put(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
  cs_text_put(out, "\"", 1);
}

static void add_csv_number(cs_text *out, bool known, int64_t number)
{
  if (known)
    cs_text_add(out, ",%lld", (long long)number);
  else
    cs_text_put(out, ",", 1);
}

cs_status cs_assessment_csv(const cs_assessment *a, cs_text *out, cs_error *error)
{
  cs_text_add(out, "date,party,rule,verdict,value,limit,margin,article,evidence,note\r\n");
  for (size_t i = 0; i < a->count && !out->failed; i++) {
    cs_finding f = cs_assessment_at(a, i);
    char date[CS_DATE_TEXT];
    cs_text_add(out, "%s,%s,%s,%s", cs_date_format(f.date, date), f.party, f.rule, cs_verdict_word(f.verdict));
    add_csv_number(out, f.has_value, f.value);
    add_csv_number(out, f.has_limit, f.limit);
    add_csv_number(out, f.has_value && f.has_limit, f.margin);
    cs_text_put(out, ",", 1);
    add_csv(out, f.article);
    cs_text evidence = {0};
    add_evidence(&evidence, &f);
    out->failed = out->failed || evidence.failed;
    cs_text_put(out, ",", 1);
    add_csv(out, evidence.at == NULL ? "" : evidence.at);
    cs_text_free(&evidence);
    cs_text_put(out, ",", 1);
    add_csv(out, f.note);
    cs_text_add(out, "\r\n");
  }
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
