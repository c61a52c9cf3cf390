/* The keys of an agreement file: one row each, from which reading, JSON and the schema are driven. */
#include <string.h>

#include "treaty/shapes.h"

const char *const cs_basis_words[] = {"text", "official", "press", "draft", "none", NULL};
const char *const cs_disclosure_words[] = {"open", "total", "sealed", NULL};
const char *const cs_year_words[] = {"treaty year", "calendar year", "term", NULL};
const char *const cs_chosen_words[] = {"designated", "drawn", NULL};

#define SHAPE(variable, label, type, table)                                                                                    \
  static const cs_shape variable = {.name = (label), .size = sizeof(type), .fields = (table), .count = CS_COUNT_OF(table)}

/* The keys that every rule may have; `need` says whether it must name its article. */
#define RULE_KEYS(type, need)                                                                                                  \
  {.key = "article",                                                                                                           \
   .help = "Article or part, section and paragraph that this comes from.",                                                    \
   .kind = CS_K_TEXT,                                                                                                          \
   .required = (need),                                                                                                         \
   .offset = offsetof(type, rule.article)},                                                                                    \
    {.key = "basis",                                                                                                           \
     .help = "Where the words were read: text (the agreement itself), official (a party's description), press (a report or "   \
             "study), draft (supposed here; no party has said it), none (not yet read).",                                                                                   \
     .kind = CS_K_CHOICE,                                                                                                      \
     .words = cs_basis_words,                                                                                                  \
     .offset = offsetof(type, rule.basis)},                                                                                    \
  {                                                                                                                            \
    .key = "source", .help = "Address of the page where the words were read.", .kind = CS_K_TEXT,                              \
    .offset = offsetof(type, rule.source)                                                                                      \
  }

static const cs_field party_keys[] = {
  {.key = "name", .help = "The party's name.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_party, name)},
};
SHAPE(party_shape, "a party", cs_party, party_keys);

static const cs_field agreed_keys[] = {
  {.key = "agreed", .help = "Day on which the parties agreed.", .kind = CS_K_DATE, .required = true,
   .offset = offsetof(cs_agreed_extension, agreed)},
  {.key = "in-force", .help = "Day on which the extension entered into force.", .kind = CS_K_DATE, .required = true,
   .offset = offsetof(cs_agreed_extension, in_force)},
  {.key = "until", .help = "First day on which the agreement is no longer in force.", .kind = CS_K_DATE, .required = true,
   .offset = offsetof(cs_agreed_extension, until)},
  RULE_KEYS(cs_agreed_extension, true),
};
SHAPE(agreed_shape, "an extension", cs_agreed_extension, agreed_keys);

#define PART(member) offsetof(cs_term, member)
static const cs_field extension_keys[] = {
  {.key = "at-most", .help = "The longest extension, in all.", .kind = CS_K_SPAN, .required = true,
   .offset = PART(extension.at_most) - PART(extension)},
  {.key = "article", .help = "Article that allows it.", .kind = CS_K_TEXT, .required = true,
   .offset = PART(extension.rule.article) - PART(extension)},
  {.key = "basis", .help = "Where the words were read.", .kind = CS_K_CHOICE, .words = cs_basis_words,
   .offset = PART(extension.rule.basis) - PART(extension)},
  {.key = "source", .help = "Address of the page where the words were read.", .kind = CS_K_TEXT,
   .offset = PART(extension.rule.source) - PART(extension)},
};
static const cs_shape extension_shape = {"an extension", sizeof((cs_term *)0)->extension, extension_keys,
                                         CS_COUNT_OF(extension_keys)};

static const cs_field leave_keys[] = {
  {.key = "notice", .help = "Time between notice and effect.", .kind = CS_K_SPAN,
   .offset = PART(withdrawal.notice) - PART(withdrawal)},
  {.key = "text", .help = "The conditions, in words.", .kind = CS_K_TEXT, .offset = PART(withdrawal.text) - PART(withdrawal)},
  {.key = "article", .help = "Article that allows it.", .kind = CS_K_TEXT, .required = true,
   .offset = PART(withdrawal.rule.article) - PART(withdrawal)},
  {.key = "basis", .help = "Where the words were read.", .kind = CS_K_CHOICE, .words = cs_basis_words,
   .offset = PART(withdrawal.rule.basis) - PART(withdrawal)},
  {.key = "source", .help = "Address of the page where the words were read.", .kind = CS_K_TEXT,
   .offset = PART(withdrawal.rule.source) - PART(withdrawal)},
};
static const cs_shape leave_shape = {"a withdrawal", sizeof((cs_term *)0)->withdrawal, leave_keys, CS_COUNT_OF(leave_keys)};

static const cs_field term_keys[] = {
  {.key = "entry-into-force", .help = "First day in force; in a draft, the day that it supposes.", .kind = CS_K_DATE,
   .required = true, .offset = PART(start)},
  {.key = "duration", .help = "How long it stays in force, such as \"10 years\"; without it, until it is ended.",
   .kind = CS_K_SPAN, .offset = PART(duration)},
  {.key = "extension", .help = "How far the parties may extend it.", .kind = CS_K_ONE, .shape = &extension_shape,
   .offset = PART(extension)},
  {.key = "extended", .help = "Extensions that were agreed.", .kind = CS_K_LIST, .shape = &agreed_shape, .offset = PART(extended)},
  {.key = "withdrawal", .help = "How a party leaves.", .kind = CS_K_ONE, .shape = &leave_shape, .offset = PART(withdrawal)},
  {.key = "suspension", .help = "How a party may suspend it, where the text allows that.", .kind = CS_K_ONE,
   .shape = &leave_shape, .offset = PART(suspension)},
  RULE_KEYS(cs_term, true),
};
SHAPE(term_shape, "the term", cs_term, term_keys);

static const cs_field facility_keys[] = {
  {.key = "name", .help = "The kind of facility, in the plural.", .kind = CS_K_TEXT, .required = true,
   .offset = offsetof(cs_facility, name)},
  RULE_KEYS(cs_facility, false),
};
SHAPE(facility_shape, "a facility", cs_facility, facility_keys);

static const cs_field state_keys[] = {
  {.key = "name", .help = "The state in words, where the identifier does not say it.", .kind = CS_K_TEXT,
   .offset = offsetof(cs_state, name)},
  {.key = "text", .help = "When an item is in this state.", .kind = CS_K_TEXT, .offset = offsetof(cs_state, text)},
  {.key = "part-of", .help = "Another state of the item within whose number this one is declared; never added to it.",
   .kind = CS_K_REF, .target = CS_T_STATE, .offset = offsetof(cs_state, part_of)},
  {.key = "at", .help = "Facilities at which an item may be in this state.", .kind = CS_K_REFS, .target = CS_T_FACILITY,
   .offset = offsetof(cs_state, at)},
  RULE_KEYS(cs_state, false),
};
SHAPE(state_shape, "a state", cs_state, state_keys);

static const cs_field item_keys[] = {
  {.key = "name", .help = "The item, in the plural.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_item, name)},
  {.key = "text", .help = "What counts as one.", .kind = CS_K_TEXT, .offset = offsetof(cs_item, text)},
  {.key = "identified", .help = "Whether each one has a unique identifier.", .kind = CS_K_FLAG,
   .offset = offsetof(cs_item, identified)},
  {.key = "disclosure", .help = "What others see of its numbers: open, only the total, or sealed.", .kind = CS_K_CHOICE,
   .words = cs_disclosure_words, .offset = offsetof(cs_item, disclosure)},
  {.key = "states", .help = "The states that it may be in.", .kind = CS_K_TABLE, .shape = &state_shape, .required = true,
   .offset = offsetof(cs_item, states)},
  {.key = "types", .help = "Existing types.", .kind = CS_K_TEXTS, .offset = offsetof(cs_item, types)},
  RULE_KEYS(cs_item, false),
};
SHAPE(item_shape, "an item", cs_item, item_keys);

static const cs_field count_term_keys[] = {
  {.key = "item", .help = "Item that is counted.", .kind = CS_K_REF, .target = CS_T_ITEM, .offset = offsetof(cs_count_term, item)},
  {.key = "states", .help = "In which states.", .kind = CS_K_REFS, .target = CS_T_STATE, .offset = offsetof(cs_count_term, states)},
  {.key = "count", .help = "Or: another count.", .kind = CS_K_REF, .target = CS_T_COUNT, .offset = offsetof(cs_count_term, count)},
  {.key = "weight", .help = "How much each one counts.", .kind = CS_K_NUMBER, .otherwise = 1, .least = 1,
   .offset = offsetof(cs_count_term, weight)},
  {.key = "text", .help = "The counting rule in words.", .kind = CS_K_TEXT, .offset = offsetof(cs_count_term, text)},
  RULE_KEYS(cs_count_term, false),
};
SHAPE(count_term_shape, "a term of a count", cs_count_term, count_term_keys);

static const cs_field count_keys[] = {
  {.key = "name", .help = "The count in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_count, name)},
  {.key = "disclosure", .help = "What others see of it: open, only the total, or sealed.", .kind = CS_K_CHOICE,
   .words = cs_disclosure_words, .offset = offsetof(cs_count, disclosure)},
  {.key = "sum", .help = "The terms that are added.", .kind = CS_K_LIST, .shape = &count_term_shape, .required = true,
   .offset = offsetof(cs_count, sum)},
  RULE_KEYS(cs_count, true),
};
SHAPE(count_shape, "a count", cs_count, count_keys);

static const cs_field limit_keys[] = {
  {.key = "name", .help = "The limit in words.", .kind = CS_K_TEXT, .offset = offsetof(cs_limit, name)},
  {.key = "count", .help = "Count that is limited.", .kind = CS_K_REF, .target = CS_T_COUNT, .required = true,
   .offset = offsetof(cs_limit, count)},
  {.key = "at-most", .help = "A number, \"baseline\" (the party's own count on the baseline day: a freeze), or one for each party.",
   .kind = CS_K_AMOUNT, .required = true, .offset = offsetof(cs_limit, at_most)},
  {.key = "baseline", .help = "Day whose count is the limit of a freeze.", .kind = CS_K_MOMENT,
   .offset = offsetof(cs_limit, baseline)},
  {.key = "from", .help = "First day on which it binds; without it, from entry into force.", .kind = CS_K_MOMENT,
   .offset = offsetof(cs_limit, from)},
  {.key = "until", .help = "First day on which it no longer binds.", .kind = CS_K_MOMENT, .offset = offsetof(cs_limit, until)},
  RULE_KEYS(cs_limit, true),
};
SHAPE(limit_shape, "a limit", cs_limit, limit_keys);

static const cs_field schedule_keys[] = {
  {.key = "as-of", .help = "Day on which the data are current, for an exchange that happens once.", .kind = CS_K_MOMENT,
   .offset = offsetof(cs_schedule, as_of)},
  {.key = "first", .help = "First of the days, for an exchange that is repeated.", .kind = CS_K_MOMENT,
   .offset = offsetof(cs_schedule, first)},
  {.key = "every", .help = "Time between two of them.", .kind = CS_K_SPAN, .offset = offsetof(cs_schedule, every)},
  {.key = "due", .help = "Latest provision, such as \"30 days after\".", .kind = CS_K_DUE, .required = true,
   .offset = offsetof(cs_schedule, due)},
  {.key = "text", .help = "The rule in words.", .kind = CS_K_TEXT, .offset = offsetof(cs_schedule, text)},
  RULE_KEYS(cs_schedule, true),
};
SHAPE(schedule_shape, "a schedule", cs_schedule, schedule_keys);

static const cs_field replacement_keys[] = {
  {.key = "as-of", .help = "The scheduled day.", .kind = CS_K_DATE, .required = true, .offset = offsetof(cs_replacement, as_of)},
  {.key = "by", .help = "The day on which the data that came in its place are current.", .kind = CS_K_DATE, .required = true,
   .offset = offsetof(cs_replacement, by)},
  {.key = "text", .help = "Why.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_replacement, text)},
  RULE_KEYS(cs_replacement, false),
};
SHAPE(replacement_shape, "a replacement", cs_replacement, replacement_keys);

static const cs_field match_keys[] = {
  {.key = "count", .help = "What a party reports of another.", .kind = CS_K_REF, .target = CS_T_COUNT, .required = true,
   .offset = offsetof(cs_match, count)},
  {.key = "with", .help = "What the other must report alike.", .kind = CS_K_REF, .target = CS_T_COUNT, .required = true,
   .offset = offsetof(cs_match, with)},
  RULE_KEYS(cs_match, false),
};
SHAPE(match_shape, "a match", cs_match, match_keys);

static const cs_field exchange_keys[] = {
  {.key = "name", .help = "The exchange in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_exchange, name)},
  {.key = "counts", .help = "Counts whose numbers are given.", .kind = CS_K_REFS, .target = CS_T_COUNT, .required = true,
   .offset = offsetof(cs_exchange, counts)},
  {.key = "schedule", .help = "When.", .kind = CS_K_LIST, .shape = &schedule_shape, .required = true,
   .offset = offsetof(cs_exchange, schedule)},
  {.key = "replaced", .help = "Scheduled days in whose place the parties took another.", .kind = CS_K_LIST,
   .shape = &replacement_shape, .offset = offsetof(cs_exchange, replaced)},
  {.key = "match", .help = "Numbers that two parties must report alike.", .kind = CS_K_LIST, .shape = &match_shape,
   .offset = offsetof(cs_exchange, match)},
  RULE_KEYS(cs_exchange, true),
};
SHAPE(exchange_shape, "an exchange", cs_exchange, exchange_keys);

static const cs_field notification_keys[] = {
  {.key = "group", .help = "Heading under which it is shown.", .kind = CS_K_TEXT, .required = true,
   .offset = offsetof(cs_notification, group)},
  {.key = "event", .help = "What is notified.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_notification, event)},
  {.key = "items", .help = "Items that it is about.", .kind = CS_K_REFS, .target = CS_T_ITEM,
   .offset = offsetof(cs_notification, items)},
  {.key = "due", .help = "Deadline: \"5 days after\" (at the latest) or \"24 hours before\" (at the least).", .kind = CS_K_DUE,
   .offset = offsetof(cs_notification, due)},
  RULE_KEYS(cs_notification, true),
};
SHAPE(notification_shape, "a notification", cs_notification, notification_keys);

static const cs_field provision_keys[] = {
  {.key = "text", .help = "The provision in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_provision, text)},
  RULE_KEYS(cs_provision, true),
};
SHAPE(provision_shape, "a provision", cs_provision, provision_keys);

static const cs_field inspection_keys[] = {
  {.key = "name", .help = "The inspection in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_inspection, name)},
  {.key = "purpose", .help = "What it confirms.", .kind = CS_K_TEXT, .offset = offsetof(cs_inspection, purpose)},
  {.key = "conduct", .help = "The most that a party may conduct in a year.", .kind = CS_K_AMOUNT,
   .offset = offsetof(cs_inspection, conduct)},
  {.key = "receive", .help = "The most that a party must accept in a year.", .kind = CS_K_AMOUNT,
   .offset = offsetof(cs_inspection, receive)},
  {.key = "per", .help = "The years by which the quota is counted.", .kind = CS_K_CHOICE, .words = cs_year_words,
   .offset = offsetof(cs_inspection, per)},
  {.key = "from", .help = "First day on which one may be held.", .kind = CS_K_MOMENT, .offset = offsetof(cs_inspection, from)},
  {.key = "until", .help = "First day on which none may be held any more.", .kind = CS_K_MOMENT,
   .offset = offsetof(cs_inspection, until)},
  {.key = "notice", .help = "Notice of the intent to inspect, such as \"72 hours before\".", .kind = CS_K_DUE,
   .offset = offsetof(cs_inspection, notice)},
  {.key = "at", .help = "Facilities that may be inspected.", .kind = CS_K_REFS, .target = CS_T_FACILITY,
   .offset = offsetof(cs_inspection, at)},
  {.key = "chosen", .help = "How the place is chosen: designated by the inspecting party, or drawn jointly.", .kind = CS_K_CHOICE,
   .words = cs_chosen_words, .offset = offsetof(cs_inspection, chosen)},
  {.key = "rules", .help = "Further rules, in words.", .kind = CS_K_LIST, .shape = &provision_shape,
   .offset = offsetof(cs_inspection, rules)},
  RULE_KEYS(cs_inspection, true),
};
SHAPE(inspection_shape, "an inspection", cs_inspection, inspection_keys);

static const cs_field phase_keys[] = {
  {.key = "by", .help = "Last day of the phase.", .kind = CS_K_MOMENT, .required = true, .offset = offsetof(cs_phase, by)},
  {.key = "at-most", .help = "What may be left then.", .kind = CS_K_AMOUNT, .required = true, .offset = offsetof(cs_phase, at_most)},
  RULE_KEYS(cs_phase, true),
};
SHAPE(phase_shape, "a phase", cs_phase, phase_keys);

static const cs_field elimination_keys[] = {
  {.key = "name", .help = "The schedule in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_elimination, name)},
  {.key = "count", .help = "Count that goes down.", .kind = CS_K_REF, .target = CS_T_COUNT, .required = true,
   .offset = offsetof(cs_elimination, count)},
  {.key = "phases", .help = "Steps, by date.", .kind = CS_K_LIST, .shape = &phase_shape, .required = true,
   .offset = offsetof(cs_elimination, phases)},
  RULE_KEYS(cs_elimination, true),
};
SHAPE(elimination_shape, "an elimination", cs_elimination, elimination_keys);

static const cs_field obligation_keys[] = {
  {.key = "group", .help = "Heading under which it is shown.", .kind = CS_K_TEXT, .required = true,
   .offset = offsetof(cs_obligation, group)},
  {.key = "text", .help = "The obligation in words.", .kind = CS_K_TEXT, .required = true, .offset = offsetof(cs_obligation, text)},
  {.key = "at-least", .help = "Fewest times a year.", .kind = CS_K_NUMBER, .otherwise = -1, .offset = offsetof(cs_obligation, at_least)},
  {.key = "at-most", .help = "Most times a year.", .kind = CS_K_NUMBER, .otherwise = -1, .offset = offsetof(cs_obligation, at_most)},
  {.key = "per", .help = "The years by which it is counted.", .kind = CS_K_CHOICE, .words = cs_year_words,
   .offset = offsetof(cs_obligation, per)},
  {.key = "due", .help = "Deadline.", .kind = CS_K_DUE, .offset = offsetof(cs_obligation, due)},
  RULE_KEYS(cs_obligation, true),
};
SHAPE(obligation_shape, "an obligation", cs_obligation, obligation_keys);

#define TOP(member) offsetof(cs_treaty, member)
static const cs_field treaty_keys[] = {
  {.key = "agreement", .help = "Identifier of the agreement.", .kind = CS_K_TEXT, .required = true, .offset = TOP(id)},
  {.key = "title", .help = "Its title.", .kind = CS_K_TEXT, .required = true, .offset = TOP(title)},
  {.key = "short-title", .help = "The name by which it is known.", .kind = CS_K_TEXT, .offset = TOP(short_title)},
  {.key = "form", .help = "What it is: a treaty, a political commitment, a draft.", .kind = CS_K_TEXT, .required = true,
   .offset = TOP(form)},
  {.key = "summary", .help = "What it is about, in a sentence or two.", .kind = CS_K_TEXT, .offset = TOP(summary)},
  {.key = "signed", .help = "Day of signature.", .kind = CS_K_DATE, .offset = TOP(signed_on)},
  {.key = "sources", .help = "Where its text is.", .kind = CS_K_TEXTS, .offset = TOP(sources)},
  {.key = "parties", .help = "Who is bound.", .kind = CS_K_TABLE, .shape = &party_shape, .required = true, .offset = TOP(parties)},
  {.key = "term", .help = "When it is in force.", .kind = CS_K_ONE, .shape = &term_shape, .required = true, .offset = TOP(term)},
  {.key = "facilities", .help = "Kinds of facility.", .kind = CS_K_TABLE, .shape = &facility_shape, .offset = TOP(facilities)},
  {.key = "items", .help = "What is counted.", .kind = CS_K_TABLE, .shape = &item_shape, .required = true, .offset = TOP(items)},
  {.key = "counts", .help = "Named totals over items.", .kind = CS_K_TABLE, .shape = &count_shape, .required = true,
   .offset = TOP(counts)},
  {.key = "limits", .help = "What the counts may not exceed.", .kind = CS_K_TABLE, .shape = &limit_shape, .offset = TOP(limits)},
  {.key = "exchanges", .help = "Data that the parties give each other.", .kind = CS_K_TABLE, .shape = &exchange_shape,
   .offset = TOP(exchanges)},
  {.key = "notifications", .help = "Events that the parties tell each other.", .kind = CS_K_TABLE, .shape = &notification_shape,
   .offset = TOP(notifications)},
  {.key = "inspections", .help = "Visits, with their quotas.", .kind = CS_K_TABLE, .shape = &inspection_shape,
   .offset = TOP(inspections)},
  {.key = "eliminations", .help = "Reductions by phases.", .kind = CS_K_TABLE, .shape = &elimination_shape,
   .offset = TOP(eliminations)},
  {.key = "obligations", .help = "What else the parties owe each other.", .kind = CS_K_TABLE, .shape = &obligation_shape,
   .offset = TOP(obligations)},
};
const cs_shape cs_treaty_shape = {"an agreement", sizeof(cs_treaty), treaty_keys, CS_COUNT_OF(treaty_keys)};

cs_any_list cs_list_get(const void *at)
{
  cs_any_list list;
  memcpy(&list, at, sizeof list);
  return list;
}

void cs_list_set(void *at, cs_any_list list)
{
  memcpy(at, &list, sizeof list);
}
