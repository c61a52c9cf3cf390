/* The keys of an agreement file: one row each, from which reading, JSON and the schema are driven. */
#include <string.h>

#include "treaty/shapes.h"

const char *const cs_basis_words[] = {"text", "official", "press", "draft", "none", NULL};
const char *const cs_disclosure_words[] = {"open", "total", "sealed", NULL};
const char *const cs_year_words[] = {"treaty year", "calendar year", "term", NULL};
const char *const cs_chosen_words[] = {"designated", "drawn", NULL};

#define SHAPE(variable, label, type, table)                                                                            \
  static const cs_shape variable = {(label), sizeof(type), (table), CS_COUNT_OF(table)}

/* A key: the member that it fills, its text in the file, its kind, its help, and where they apply other members of
 * cs_field. */
#define KEY_AT(place, text, type, ...)                                                                                 \
  {                                                                                                                    \
    .key = (text), .offset = (place), .kind = CS_K_##type, .help = __VA_ARGS__                                         \
  }
#define KEY(structure, member, text, type, ...) KEY_AT(offsetof(structure, member), text, type, __VA_ARGS__)

/* The keys that every rule may have; `need` says whether it must name its article. */
#define ARTICLE_HELP "Article or part, section and paragraph that this comes from."
#define BASIS_HELP                                                                                                     \
  "Where the words were read: text (the agreement itself), official (a party's description), press (a report or "      \
  "study), draft (supposed here; no party has said it), none (not yet read)."
#define SOURCE_HELP "Address of the page where the words were read."
#define RULE_KEYS(structure, need)                                                                                     \
  KEY(structure, rule.article, "article", TEXT, ARTICLE_HELP, .required = (need)),                                     \
    KEY(structure, rule.basis, "basis", CHOICE, BASIS_HELP, .words = cs_basis_words),                                  \
    KEY(structure, rule.source, "source", TEXT, SOURCE_HELP)

static const cs_field party_keys[] = {
  KEY(cs_party, name, "name", TEXT, "The party's name.", .required = true),
};
SHAPE(party_shape, "a party", cs_party, party_keys);

static const cs_field agreed_keys[] = {
  KEY(cs_agreed_extension, agreed, "agreed", DATE, "Day on which the parties agreed.", .required = true),
  KEY(cs_agreed_extension, in_force, "in-force", DATE, "Day on which the extension entered into force.",
      .required = true),
  KEY(cs_agreed_extension, until, "until", DATE, "First day on which the agreement is no longer in force.",
      .required = true),
  RULE_KEYS(cs_agreed_extension, true),
};
SHAPE(agreed_shape, "an extension", cs_agreed_extension, agreed_keys);

static const cs_field extension_keys[] = {
  KEY(cs_extension, at_most, "at-most", SPAN, "The longest extension, in all.", .required = true),
  RULE_KEYS(cs_extension, true),
};
SHAPE(extension_shape, "an extension", cs_extension, extension_keys);

static const cs_field leave_keys[] = {
  KEY(cs_leave, notice, "notice", SPAN, "Time between notice and effect."),
  KEY(cs_leave, text, "text", TEXT, "The conditions, in words."),
  RULE_KEYS(cs_leave, true),
};
SHAPE(leave_shape, "a withdrawal", cs_leave, leave_keys);

static const cs_field term_keys[] = {
  KEY(cs_term, start, "entry-into-force", DATE, "First day in force; in a draft, the day that it supposes.",
      .required = true),
  KEY(cs_term, duration, "duration", SPAN,
      "How long it stays in force, such as \"10 years\"; without it, until it is ended."),
  KEY(cs_term, extension, "extension", ONE, "How far the parties may extend it.", .shape = &extension_shape),
  KEY(cs_term, extended, "extended", LIST, "Extensions that were agreed.", .shape = &agreed_shape),
  KEY(cs_term, withdrawal, "withdrawal", ONE, "How a party leaves.", .shape = &leave_shape),
  KEY(cs_term, suspension, "suspension", ONE, "How a party may suspend it, where the text allows that.",
      .shape = &leave_shape),
  RULE_KEYS(cs_term, true),
};
SHAPE(term_shape, "the term", cs_term, term_keys);

static const cs_field facility_keys[] = {
  KEY(cs_facility, name, "name", TEXT, "The kind of facility, in the plural.", .required = true),
  RULE_KEYS(cs_facility, false),
};
SHAPE(facility_shape, "a facility", cs_facility, facility_keys);

static const cs_field state_keys[] = {
  KEY(cs_state, name, "name", TEXT, "The state in words, where the identifier does not say it."),
  KEY(cs_state, text, "text", TEXT, "When an item is in this state."),
  KEY(cs_state, part_of, "part-of", REF,
      "Another state of the item within whose number this one is declared; never added to it.", .target = CS_T_STATE),
  KEY(cs_state, at, "at", REFS, "Facilities at which an item may be in this state.", .target = CS_T_FACILITY),
  RULE_KEYS(cs_state, false),
};
SHAPE(state_shape, "a state", cs_state, state_keys);

static const cs_field item_keys[] = {
  KEY(cs_item, name, "name", TEXT, "The item, in the plural.", .required = true),
  KEY(cs_item, text, "text", TEXT, "What counts as one."),
  KEY(cs_item, identified, "identified", FLAG, "Whether each one has a unique identifier."),
  KEY(cs_item, disclosure, "disclosure", CHOICE, "What others see of its numbers: open, only the total, or sealed.",
      .words = cs_disclosure_words),
  KEY(cs_item, states, "states", TABLE, "The states that it may be in.", .shape = &state_shape, .required = true),
  KEY(cs_item, types, "types", TEXTS, "Existing types."),
  RULE_KEYS(cs_item, false),
};
SHAPE(item_shape, "an item", cs_item, item_keys);

static const cs_field count_term_keys[] = {
  KEY(cs_count_term, item, "item", REF, "Item that is counted.", .target = CS_T_ITEM),
  KEY(cs_count_term, states, "states", REFS, "In which states.", .target = CS_T_STATE),
  KEY(cs_count_term, count, "count", REF, "Or: another count.", .target = CS_T_COUNT),
  KEY(cs_count_term, weight, "weight", NUMBER, "How much each one counts.", .otherwise = 1, .least = 1),
  KEY(cs_count_term, text, "text", TEXT, "The counting rule in words."),
  RULE_KEYS(cs_count_term, false),
};
SHAPE(count_term_shape, "a term of a count", cs_count_term, count_term_keys);

static const cs_field count_keys[] = {
  KEY(cs_count, name, "name", TEXT, "The count in words.", .required = true),
  KEY(cs_count, disclosure, "disclosure", CHOICE, "What others see of it: open, only the total, or sealed.",
      .words = cs_disclosure_words),
  KEY(cs_count, sum, "sum", LIST, "The terms that are added.", .shape = &count_term_shape, .required = true),
  RULE_KEYS(cs_count, true),
};
SHAPE(count_shape, "a count", cs_count, count_keys);

static const cs_field limit_keys[] = {
  KEY(cs_limit, name, "name", TEXT, "The limit in words."),
  KEY(cs_limit, count, "count", REF, "Count that is limited.", .target = CS_T_COUNT, .required = true),
  KEY(cs_limit, at_most, "at-most", AMOUNT,
      "A number, \"baseline\" (the party's own count on the baseline day: a freeze), or one for each party.",
      .required = true),
  KEY(cs_limit, baseline, "baseline", MOMENT, "Day whose count is the limit of a freeze."),
  KEY(cs_limit, from, "from", MOMENT, "First day on which it binds; without it, from entry into force."),
  KEY(cs_limit, until, "until", MOMENT, "First day on which it no longer binds."),
  RULE_KEYS(cs_limit, true),
};
SHAPE(limit_shape, "a limit", cs_limit, limit_keys);

static const cs_field schedule_keys[] = {
  KEY(cs_schedule, as_of, "as-of", MOMENT, "Day on which the data are current, for an exchange that happens once."),
  KEY(cs_schedule, first, "first", MOMENT, "First of the days, for an exchange that is repeated."),
  KEY(cs_schedule, every, "every", SPAN, "Time between two of them."),
  KEY(
    cs_schedule, due, "due", DUE,
    "Latest provision, such as \"30 days after\": counted from \"as-of\", or where the exchange is repeated from the last day "
    "of the period, the day before.",
    .required = true),
  KEY(cs_schedule, text, "text", TEXT, "The rule in words."),
  RULE_KEYS(cs_schedule, true),
};
SHAPE(schedule_shape, "a schedule", cs_schedule, schedule_keys);

static const cs_field replacement_keys[] = {
  KEY(cs_replacement, as_of, "as-of", DATE, "The scheduled day.", .required = true),
  KEY(cs_replacement, by, "by", DATE, "The day on which the data that came in its place are current.",
      .required = true),
  KEY(cs_replacement, text, "text", TEXT, "Why.", .required = true),
  RULE_KEYS(cs_replacement, false),
};
SHAPE(replacement_shape, "a replacement", cs_replacement, replacement_keys);

static const cs_field match_keys[] = {
  KEY(cs_match, count, "count", REF, "What a party reports of another.", .target = CS_T_COUNT, .required = true),
  KEY(cs_match, with, "with", REF, "What the other must report alike.", .target = CS_T_COUNT, .required = true),
  RULE_KEYS(cs_match, false),
};
SHAPE(match_shape, "a match", cs_match, match_keys);

static const cs_field exchange_keys[] = {
  KEY(cs_exchange, name, "name", TEXT, "The exchange in words.", .required = true),
  KEY(cs_exchange, counts, "counts", REFS, "Counts whose numbers are given.", .target = CS_T_COUNT, .required = true),
  KEY(cs_exchange, schedule, "schedule", LIST, "When.", .shape = &schedule_shape, .required = true),
  KEY(cs_exchange, replaced, "replaced", LIST, "Scheduled days in whose place the parties took another.",
      .shape = &replacement_shape),
  KEY(cs_exchange, match, "match", LIST, "Numbers that two parties must report alike.", .shape = &match_shape),
  RULE_KEYS(cs_exchange, true),
};
SHAPE(exchange_shape, "an exchange", cs_exchange, exchange_keys);

static const cs_field notification_keys[] = {
  KEY(cs_notification, group, "group", TEXT, "Heading under which it is shown.", .required = true),
  KEY(cs_notification, event, "event", TEXT, "What is notified.", .required = true),
  KEY(cs_notification, items, "items", REFS, "Items that it is about.", .target = CS_T_ITEM),
  KEY(cs_notification, due, "due", DUE,
      "Deadline: \"5 days after\" (at the latest) or \"24 hours before\" (at the least)."),
  KEY(cs_notification, keeps_holdings, "keeps-holdings", FLAG, "Whether the event leaves all holdings as they are."),
  RULE_KEYS(cs_notification, true),
};
SHAPE(notification_shape, "a notification", cs_notification, notification_keys);

static const cs_field provision_keys[] = {
  KEY(cs_provision, text, "text", TEXT, "The provision in words.", .required = true),
  RULE_KEYS(cs_provision, true),
};
SHAPE(provision_shape, "a provision", cs_provision, provision_keys);

static const cs_field inspection_keys[] = {
  KEY(cs_inspection, name, "name", TEXT, "The inspection in words.", .required = true),
  KEY(cs_inspection, purpose, "purpose", TEXT, "What it confirms."),
  KEY(cs_inspection, conduct, "conduct", AMOUNT, "The most that a party may conduct in a year."),
  KEY(cs_inspection, receive, "receive", AMOUNT, "The most that a party must accept in a year."),
  KEY(cs_inspection, per, "per", CHOICE, "The years by which the quota is counted.", .words = cs_year_words),
  KEY(cs_inspection, from, "from", MOMENT, "First day on which one may be held."),
  KEY(cs_inspection, until, "until", MOMENT, "First day on which none may be held any more."),
  KEY(cs_inspection, notice, "notice", DUE, "Notice of the intent to inspect, such as \"72 hours before\"."),
  KEY(cs_inspection, at, "at", REFS, "Facilities that may be inspected.", .target = CS_T_FACILITY),
  KEY(cs_inspection, chosen, "chosen", CHOICE,
      "How the place is chosen: designated by the inspecting party, or drawn jointly.", .words = cs_chosen_words),
  KEY(cs_inspection, rules, "rules", LIST, "Further rules, in words.", .shape = &provision_shape),
  RULE_KEYS(cs_inspection, true),
};
SHAPE(inspection_shape, "an inspection", cs_inspection, inspection_keys);

static const cs_field phase_keys[] = {
  KEY(cs_phase, by, "by", MOMENT, "Last day of the phase.", .required = true),
  KEY(cs_phase, at_most, "at-most", AMOUNT, "What may be left then.", .required = true),
  RULE_KEYS(cs_phase, true),
};
SHAPE(phase_shape, "a phase", cs_phase, phase_keys);

static const cs_field elimination_keys[] = {
  KEY(cs_elimination, name, "name", TEXT, "The schedule in words.", .required = true),
  KEY(cs_elimination, count, "count", REF, "Count that goes down.", .target = CS_T_COUNT, .required = true),
  KEY(cs_elimination, phases, "phases", LIST, "Steps, by date.", .shape = &phase_shape, .required = true),
  RULE_KEYS(cs_elimination, true),
};
SHAPE(elimination_shape, "an elimination", cs_elimination, elimination_keys);

static const cs_field obligation_keys[] = {
  KEY(cs_obligation, group, "group", TEXT, "Heading under which it is shown.", .required = true),
  KEY(cs_obligation, text, "text", TEXT, "The obligation in words.", .required = true),
  KEY(cs_obligation, at_least, "at-least", NUMBER, "Fewest times a year.", .otherwise = -1),
  KEY(cs_obligation, at_most, "at-most", NUMBER, "Most times a year.", .otherwise = -1),
  KEY(cs_obligation, per, "per", CHOICE, "The years by which it is counted.", .words = cs_year_words),
  KEY(cs_obligation, due, "due", DUE, "Deadline."),
  RULE_KEYS(cs_obligation, true),
};
SHAPE(obligation_shape, "an obligation", cs_obligation, obligation_keys);

static const cs_field treaty_keys[] = {
  KEY(cs_treaty, id, "agreement", TEXT, "Identifier of the agreement.", .required = true),
  KEY(cs_treaty, title, "title", TEXT, "Its title.", .required = true),
  KEY(cs_treaty, short_title, "short-title", TEXT, "The name by which it is known."),
  KEY(cs_treaty, form, "form", TEXT, "What it is: a treaty, a political commitment, a draft.", .required = true),
  KEY(cs_treaty, summary, "summary", TEXT, "What it is about, in a sentence or two."),
  KEY(cs_treaty, signed_on, "signed", DATE, "Day of signature."),
  KEY(cs_treaty, sources, "sources", TEXTS, "Where its text is."),
  KEY(cs_treaty, parties, "parties", TABLE, "Who is bound.", .shape = &party_shape, .required = true),
  KEY(cs_treaty, term, "term", ONE, "When it is in force.", .shape = &term_shape, .required = true),
  KEY(cs_treaty, facilities, "facilities", TABLE, "Kinds of facility.", .shape = &facility_shape),
  KEY(cs_treaty, items, "items", TABLE, "What is counted.", .shape = &item_shape, .required = true),
  KEY(cs_treaty, counts, "counts", TABLE, "Named totals over items.", .shape = &count_shape, .required = true),
  KEY(cs_treaty, limits, "limits", TABLE, "What the counts may not exceed.", .shape = &limit_shape),
  KEY(cs_treaty, exchanges, "exchanges", TABLE, "Data that the parties give each other.", .shape = &exchange_shape),
  KEY(cs_treaty, notifications, "notifications", TABLE, "Events that the parties tell each other.",
      .shape = &notification_shape),
  KEY(cs_treaty, inspections, "inspections", TABLE, "Visits, with their quotas.", .shape = &inspection_shape),
  KEY(cs_treaty, eliminations, "eliminations", TABLE, "Reductions by phases.", .shape = &elimination_shape),
  KEY(cs_treaty, obligations, "obligations", TABLE, "What else the parties owe each other.",
      .shape = &obligation_shape),
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
