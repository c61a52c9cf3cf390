/* Findings in words and numbers. */
#include "assess/assess.h"

const char *cs_verdict_word(cs_verdict verdict)
{
  static const char *const words[CS_VERDICTS] = {"met",     "proved",          "violated", "late",
                                                 "missing", "not yet binding", "unknown"};
  return words[verdict];
}

static const char *note_words(unsigned note)
{
  static const char *const words[] = {
    [CS_NOTE_NONE] = "",
    [CS_NOTE_PUBLISHED] = "published, not exchanged",
    [CS_NOTE_REPLACED] = "in place of the scheduled day",
    [CS_NOTE_NO_DECLARATION] = "no declaration",
    [CS_NOTE_NO_NUMBER] = "no number declared",
    [CS_NOTE_NO_BASELINE] = "no baseline declared",
    [CS_NOTE_EXTENSION_LONG] = "longer than the agreement allows",
    [CS_NOTE_EXTENSION_LATE] = "after the end of the term",
    [CS_NOTE_TIES] = "items add up to the declared total",
    [CS_NOTE_TIES_NOT] = "items do not add up to the declared total",
    [CS_NOTE_SEALED] = "sealed",
    [CS_NOTE_PROOF] = "sealed; a proof shows it",
    [CS_NOTE_NO_PROOF] = "sealed, and not proven",
    [CS_NOTE_BASELINE] = "sealed; this is the baseline",
    [CS_NOTE_IN_TIME] = "in time",
    [CS_NOTE_TOTALS_FOLLOW] = "sealed; a proof shows it of all facilities together",
    [CS_NOTE_FOLLOWS] = "follows from what was notified",
    [CS_NOTE_PART_EXCEEDS] = "a part is larger than the whole that it is in",
  };
  return words[note];
}

static const char *rule_name(const cs_assessment *a, const cs_result *result)
{
  switch (result->subject) {
  case CS_SUBJECT_EXCHANGE:
    return a->treaty->exchanges.at[result->index].rule.id;
  case CS_SUBJECT_BOUND:
    return a->bounds[result->index].rule->id;
  case CS_SUBJECT_TIE:
    return "declared-totals";
  case CS_SUBJECT_PART:
    return "declared-parts";
  case CS_SUBJECT_NOTIFICATION:
    return a->treaty->notifications.at[result->index].rule.id;
  case CS_SUBJECT_MOVE:
    return "notified-moves";
  case CS_SUBJECT_REPLAY:
    return "replay";
  case CS_SUBJECT_NOTED: {
    const cs_noted *n = &a->holdings->noted[result->declaration];
    return n->name != NULL ? n->name : n->rule->id;
  }
  default:
    return "extension";
  }
}

/* The state that a cell stands for, and its item. */
static const cs_state *state_of(const cs_treaty *t, size_t cell, const cs_item **item)
{
  size_t i = t->items.count - 1;
  while (t->items.at[i].cell > cell)
    i--;
  *item = &t->items.at[i];
  return &t->items.at[i].states.at[cell - t->items.at[i].cell];
}

/* A cell's own rule, or that of its item. */
static const cs_rule *cell_rule(const cs_treaty *t, size_t cell)
{
  const cs_item *item;
  const cs_state *state = state_of(t, cell, &item);
  return state->rule.article != NULL ? &state->rule : &item->rule;
}

/* What a replay found is cited by the notification or the item; a declaration as a whole by the exchange. */
static const cs_rule *cited_account(const cs_treaty *t, const cs_replayed *f)
{
  switch (f->kind) {
  case CS_REPLAYED_IN_TIME:
  case CS_REPLAYED_LATE:
    return &t->notifications.at[f->index].rule;
  case CS_REPLAYED_FOLLOWS:
  case CS_REPLAYED_SEALED:
    return t->exchanges.count > 0 ? &t->exchanges.at[0].rule : &t->term.rule;
  default:
    return cell_rule(t, f->index);
  }
}

static const cs_rule *cited(const cs_assessment *a, const cs_result *r)
{
  const cs_treaty *t = a->treaty;
  switch (r->subject) {
  case CS_SUBJECT_EXCHANGE:
    return &t->exchanges.at[r->index].schedule.at[r->part].rule;
  case CS_SUBJECT_BOUND:
    return a->bounds[r->index].article;
  case CS_SUBJECT_TIE:
    return &t->counts.at[r->index].rule;
  case CS_SUBJECT_PART:
    return cell_rule(t, r->index);
  case CS_SUBJECT_NOTIFICATION:
  case CS_SUBJECT_MOVE:
  case CS_SUBJECT_REPLAY:
    return cited_account(t, &a->accounts[r->declaration].found);
  case CS_SUBJECT_NOTED:
    return a->holdings->noted[r->declaration].rule;
  default:
    return &t->term.extension.rule;
  }
}

void cs_result_numbers(const cs_assessment *a, const cs_result *r, int64_t *value, int64_t *limit)
{
  const cs_holdings *h = a->holdings;
  *value = *limit = CS_NO_NUMBER;
  if (r->subject == CS_SUBJECT_BOUND) {
    const cs_bound *bound = &a->bounds[r->index];
    bool applies;
    *value = cs_declared(a, r->declaration, bound->count);
    *limit = cs_bound_limit(a, bound, r->party, &applies);
  } else if (r->subject == CS_SUBJECT_TIE) {
    *value = cs_holdings_sum(h, r->declaration, r->index);
    *limit = cs_holdings_total(h, r->declaration, r->index);
  } else if (r->subject == CS_SUBJECT_PART) {
    const cs_item *item;
    const cs_state *part = state_of(a->treaty, r->index, &item);
    *value = h->declarations[r->declaration].items[r->index];
    *limit = h->declarations[r->declaration].items[item->cell + part->part_of.index];
  }
}

size_t cs_assessment_count(const cs_assessment *assessment)
{
  return assessment->count;
}

/* Adds the numbers, words and evidence of what a replay found. */
static void fill_account(const cs_assessment *a, const cs_account *account, cs_finding *f)
{
  const cs_replayed *found = &account->found;
  f->has_limit = found->kind == CS_REPLAYED_SHORT || found->kind == CS_REPLAYED_DIFFERS;
  f->has_value = f->has_limit || found->kind == CS_REPLAYED_IN_TIME;
  f->value = f->has_value ? found->value : CS_NO_NUMBER;
  f->limit = f->has_limit ? found->limit : CS_NO_NUMBER;
  f->margin = f->limit - f->value;
  f->note = account->note != NULL ? account->note : f->note;
  f->file = a->holdings->files[account->file];
  f->first_line = f->last_line = found->entry;
}

cs_finding cs_assessment_at(const cs_assessment *a, size_t index)
{
  const cs_result *result = &a->results[index];
  const cs_rule *rule = cited(a, result);
  int64_t value, limit;
  cs_result_numbers(a, result, &value, &limit);
  cs_finding f = {
    .party = a->treaty->parties.at[result->party].rule.id,
    .rule = rule_name(a, result),
    .article = rule->article == NULL ? "" : rule->article,
    .date = result->date,
    .verdict = (cs_verdict)result->verdict,
    .has_value = value != CS_NO_NUMBER,
    .has_limit = limit != CS_NO_NUMBER,
    .value = value,
    .limit = limit,
    .margin = limit - value,
    .note = note_words(result->note),
  };
  if (cs_is_account(result)) {
    fill_account(a, &a->accounts[result->declaration], &f);
  } else if (result->subject == CS_SUBJECT_NOTED) {
    const cs_noted *n = &a->holdings->noted[result->declaration];
    f.file = a->holdings->files[n->file];
    f.first_line = f.last_line = n->line;
    f.note = n->note;
  } else if (result->declaration != CS_NO_DECLARATION) {
    const cs_declaration *d = &a->holdings->declarations[result->declaration];
    f.file = a->holdings->files[d->file];
    f.first_line = d->first_line;
    f.last_line = d->last_line;
    const cs_proven *proof =
      result->note == CS_NOTE_PROOF ? cs_find_proof(a, &a->bounds[result->index], result->declaration) : NULL;
    f.proof_line = proof == NULL ? 0 : proof->line;
  } else if (result->subject == CS_SUBJECT_EXTENSION) {
    f.file = a->treaty->file;
    f.first_line = f.last_line = a->treaty->term.extended.at[result->index].rule.mark.line;
  }
  return f;
}

size_t cs_assessment_tally(const cs_assessment *assessment, cs_verdict verdict)
{
  return assessment->tally[verdict];
}

bool cs_assessment_is_bad(const cs_assessment *assessment)
{
  return assessment->tally[CS_VIOLATED] + assessment->tally[CS_LATE] + assessment->tally[CS_MISSING] > 0;
}

const char *cs_assessment_conclusion(const cs_assessment *assessment)
{
  return assessment->conclusion;
}
