/* What may stand in the file of an exercise: one row for each key and each deed. */
#include <string.h>

#include "exercise/game.h"

#define KEY(structure, member, text, type, ...)                                                                        \
  {                                                                                                                    \
    .name = (text), .kind = CS_Y_##type, .offset = offsetof(structure, member), .help = __VA_ARGS__                    \
  }

const cs_yaml_key cs_file_keys[] = {
  KEY(cs_exercise, id, "exercise", TEXT, "Identifier of the exercise.", .required = true),
  KEY(cs_exercise, title, "title", TEXT, "Its title.", .required = true),
  KEY(cs_exercise, summary, "summary", TEXT, "What is played, in a few sentences, shown at the beginning."),
  KEY(cs_exercise, sources, "sources", NAMES, "Where its numbers come from, shown at the beginning."),
  KEY(cs_exercise, agreement, "agreement", TEXT, "The file of the agreement, from the folder of this file.",
      .required = true),
  KEY(cs_exercise, observer, "observer", FLAG, "Whether an observer takes part; it does where this is not said."),
  KEY(cs_exercise, seed, "seed", NUMBER, "What all random numbers follow from; 1 where this is not said.",
      .large = true),
  KEY(cs_exercise, sync_every, "sync-every", NUMBER,
      "Days after which everybody follows everybody; 1 where this is not said, 0: only as the actions say."),
  KEY(cs_exercise, end, "end", DATE,
      "Day of the last assessment; the day after the last action where this is not said."),
  KEY(cs_exercise, holding_node, "holdings", NODE, "What each party has at the beginning.", .required = true),
  KEY(cs_exercise, action_node, "actions", NODE,
      "What is done, in any order; those of one day in the order of the file.", .required = true),
};
const size_t cs_file_key_count = CS_COUNT_OF(cs_file_keys);

const cs_yaml_key cs_holding_keys[] = {
  KEY(cs_holding, facility, "at", TEXT, "The facility.", .required = true),
  KEY(cs_holding, item, "item", TEXT, "The item of the agreement; its only one where this is not said.",
      .noun = CS_N_ITEM),
  KEY(cs_holding, state, "state", TEXT, "The state of the item.", .required = true),
  KEY(cs_holding, type, "type", TEXT, "Its type."),
  KEY(cs_holding, count, "count", NUMBER, "How many.", .required = true),
  KEY(
    cs_holding, identifiers, "identifiers", TEXT,
    "Their identifiers: a run of # stands for a number, which goes on from row to row. Of items that have none, it is "
    "left out."),
  KEY(cs_holding, source, "source", TEXT, "Where the number comes from."),
};
const size_t cs_holding_key_count = CS_COUNT_OF(cs_holding_keys);

const cs_yaml_key cs_source_keys[] = {
  KEY(
    cs_holding_file, path, "file", TEXT,
    "A CSV file, from the folder of this one: a record as \"countersign assess\" reads it, of which the first day of the "
    "party counts; or a table with the columns facility, party, kind, and one for each state of the item.",
    .required = true),
  KEY(cs_holding_file, item, "item", TEXT, "The item of such a table; the only one where this is not said.",
      .noun = CS_N_ITEM),
  KEY(cs_holding_file, identifiers, "identifiers", TEXT, "The identifiers of its items, as above."),
};
const size_t cs_source_key_count = CS_COUNT_OF(cs_source_keys);

const cs_yaml_key cs_action_keys[CS_ACTION_KEYS] = {
  KEY(cs_action, on, "day", DATE, "Day on which it is done.", .required = true),
  KEY(cs_action, what, "do", TEXT, "What is done.", .required = true),
  KEY(cs_action, by, "by", NAMES, "Who does it: parties, or \"observer\"; everybody where this may be left out.",
      .noun = CS_N_PLAYER),
  KEY(cs_action, of, "of", TEXT, "The party that it is done to.", .noun = CS_N_PARTY),
  KEY(cs_action, date, "date", DATE, "Day that a statement is about, where it is another."),
  KEY(cs_action, until, "until", DATE, "Last day."),
  KEY(cs_action, announced, "announced", DATE,
      "Day on which a visit is requested and drawn; the latest that its notice allows where this is not said."),
  KEY(cs_action, sealed, "sealed", FLAG, "Whether numbers are sealed; they are where the agreement seals them."),
  KEY(cs_action, claim, "claim", FLAG, "Whether what the agreement asks about sealed numbers is proven; it is."),
  KEY(cs_action, notify, "notify", FLAG,
      "Whether the others are told; they are. A move of which nobody is told is covert."),
  KEY(cs_action, update, "update", FLAG,
      "Whether the inspected party declares the day's holdings before the place is drawn; it does."),
  KEY(cs_action, item, "item", TEXT, "Item of the agreement; its only one where this is not said.", .noun = CS_N_ITEM),
  KEY(cs_action, state, "state", TEXT, "State of the items, before.", .noun = CS_N_STATE),
  KEY(cs_action, to_state, "to-state", TEXT, "State after; the same where this is not said.", .noun = CS_N_STATE),
  KEY(cs_action, type, "type", TEXT, "Type of the items."),
  KEY(cs_action, at, "at", TEXT, "Facility; of a visit, that it is designated to."),
  KEY(cs_action, from, "from", TEXT, "Facility before."),
  KEY(cs_action, to, "to", TEXT, "Facility after."),
  KEY(cs_action, identifiers, "identifiers", NAMES, "Which items, in place of a count."),
  KEY(cs_action, count, "count", NUMBER, "How many."),
  KEY(cs_action, stated, "stated", NUMBER,
      "How many the notification says, where it is another number than the true one."),
  KEY(cs_action, most, "at-most", NUMBER, "The most items in one random move; 5 where this is not said."),
  KEY(cs_action, times, "times", NUMBER, "How often; once where this is not said."),
  KEY(cs_action, ahead, "ahead", NUMBER, "Days that a clock is ahead."),
  KEY(cs_action, behind, "behind", NUMBER, "Days that a clock is behind, or a statement is backdated."),
  KEY(cs_action, notification, "notification", TEXT, "Notification of the agreement; its first one for the item.",
      .noun = CS_N_NOTIFICATION),
  KEY(cs_action, inspection, "inspection", TEXT, "Kind of inspection of the agreement.", .noun = CS_N_INSPECTION),
  KEY(cs_action, refuse, "refuse", TEXT, "Step of a visit that is not done.", .words = "commit reveal open report"),
  KEY(cs_action, refuser, "refuser", TEXT, "Who does not do it; the inspected party where this is not said.",
      .noun = CS_N_PARTY),
  KEY(cs_action, statement, "statement", TEXT, "Kind of statement.", .noun = CS_N_KIND),
  KEY(cs_action, text, "text", TEXT, "Words."),
  KEY(cs_action, file, "file", TEXT, "A file, from the folder of this one, or a name under which one is kept."),
  KEY(cs_action, agreement, "agreement", TEXT, "File of another agreement."),
};

const cs_deed cs_deeds[] = {
  {"say", "Words for those who watch.", "text", "", cs_do_say},
  {"declare", "Declares what a party says that it has, and proves what is due.", "", "by date sealed claim file",
   cs_do_declare},
  {"claim", "Proves what the agreement asks about the newest sealed declaration.", "", "by", cs_do_claim},
  {"move", "Moves items; without \"notify\", covertly.", "by from to",
   "item state to-state type count identifiers date notification sealed notify claim stated", cs_do_move},
  {"notify", "Notifies of a move that was not notified, or that was not made.", "by from to",
   "item state to-state type count identifiers date notification sealed claim stated", cs_do_notify},
  {"moves", "So many moves of a party within its declared facilities, on random days, each notified.", "by count until",
   "at-most notification sealed claim", NULL},
  {"sync", "Follows the ledgers of others, and countersigns them.", "", "by of times", cs_do_sync},
  {"inspect", "A visit: requested and drawn beforehand, opened, reported and closed on the day.", "by of inspection",
   "at announced update refuse refuser", cs_do_inspect},
  {"resolve", "Resolves every ambiguity that a party has raised.", "by", "text", cs_do_resolve},
  {"raise", "Raises an ambiguity about the ledger of another.", "by of text", "", cs_do_raise},
  {"suspend", "Suspends the agreement from a day on.", "by date", "text", cs_do_term},
  {"resume", "Applies it again from a day on.", "by date", "text", cs_do_term},
  {"withdraw", "Leaves it from a day on.", "by date", "text", cs_do_term},
  {"extend", "Consents to an extension.", "by until", "text", cs_do_term},
  {"undeclare", "Leaves items out of what is declared from now on; they stay where they are.", "by at",
   "item state type count identifiers", cs_do_undeclare},
  {"spoof", "Gives items other identifiers in what is declared than they bear.", "by at",
   "item state type count identifiers", cs_do_spoof},
  {"backdate",
   "Puts a notification into the ledger that is dated before it was made, past the checks of the own program.",
   "by behind from to count", "item state to-state date notification", cs_do_backdate},
  {"rewrite",
   "Shows another history from now on: the first statement (of a kind) since a day is left out, and the rest said again.",
   "by date", "statement", cs_do_rewrite},
  {"clock", "Sets the clock of a node wrong, or right again.", "by", "ahead behind", cs_do_clock},
  {"kill", "Kills the server of a node, and closes its home.", "by", "", cs_do_kill},
  {"start", "Starts it again.", "by", "", cs_do_start},
  {"cut", "Cuts nodes off from the rest.", "by", "", cs_do_cut},
  {"heal", "Connects everybody.", "", "", cs_do_heal},
  {"assess", "Everybody judges the ledgers, and the assessments are compared byte for byte.", "", "by", cs_do_assess},
  {"compare", "What would be known under another agreement without any declaration.", "agreement", "text",
   cs_do_compare},
  {"exhibit", "Writes the newest statement of a kind as a file that convinces by itself, and verifies it.",
   "by statement file", "of", cs_do_exhibit},
};
const size_t cs_deed_count = CS_COUNT_OF(cs_deeds);

size_t cs_script_key_at(size_t offset)
{
  size_t i = 0;
  while (i + 1 < CS_ACTION_KEYS && cs_action_keys[i].offset != offset)
    i++;
  return i;
}

cs_mark cs_action_mark(const cs_action *action, size_t key)
{
  return action->marks[key].line > 0 ? action->marks[key] : action->mark;
}
